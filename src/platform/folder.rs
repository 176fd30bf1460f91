//! The app's private folder on each system.

use std::path::PathBuf;

/// Where Android keeps this app's files: asked of the activity, because no variable names it.
#[cfg(target_os = "android")]
#[allow(unsafe_code)] // JNI has no other way in; tao sets the context before main runs
pub fn data_folder() -> anyhow::Result<PathBuf> {
    use jni::objects::{JObject, JString};
    let context = ndk_context::android_context();
    let vm = unsafe { jni::JavaVM::from_raw(context.vm().cast()) }?;
    let mut env = vm.attach_current_thread()?;
    let activity = unsafe { JObject::from_raw(context.context().cast()) };
    let folder = env.call_method(&activity, "getFilesDir", "()Ljava/io/File;", &[])?.l()?;
    let path = env.call_method(&folder, "getAbsolutePath", "()Ljava/lang/String;", &[])?.l()?;
    let text: String = env.get_string(&JString::from(path))?.into();
    Ok(PathBuf::from(text).join("payung"))
}

#[cfg(target_os = "ios")]
pub fn data_folder() -> anyhow::Result<PathBuf> {
    let home = std::env::var_os("HOME").ok_or_else(|| anyhow::anyhow!("iOS gave the app no home folder"))?;
    Ok(PathBuf::from(home).join("Library/Application Support/payung"))
}

/// `$XDG_DATA_HOME/payung` or `~/.local/share/payung`.
#[cfg(not(any(target_os = "android", target_os = "ios")))]
pub fn data_folder() -> anyhow::Result<PathBuf> {
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/share"));
    let base = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).or_else(home);
    Ok(base.ok_or_else(|| anyhow::anyhow!("no home folder: say where the data goes with --data"))?.join("payung"))
}

/// People's data must not travel in a backup of the phone. Android is told so by the manifest, iOS folder by folder.
#[cfg(target_os = "ios")]
#[allow(unsafe_code)] // Foundation's constants and calls are foreign; the value is of the type that the key asks for
pub fn keep_out_of_backups(folder: &std::path::Path) -> anyhow::Result<()> {
    use objc2_foundation::{NSNumber, NSString, NSURL, NSURLIsExcludedFromBackupKey};
    let url = NSURL::fileURLWithPath(&NSString::from_str(&folder.to_string_lossy()));
    let yes = NSNumber::new_bool(true);
    unsafe { url.setResourceValue_forKey_error(Some(&yes), NSURLIsExcludedFromBackupKey) }
        .map_err(|error| anyhow::anyhow!("the data folder can't be kept out of backups: {error}"))
}

/// People's data must not travel in a backup of the phone; nothing to do here.
#[cfg(not(target_os = "ios"))]
pub fn keep_out_of_backups(_: &std::path::Path) -> anyhow::Result<()> {
    Ok(())
}
