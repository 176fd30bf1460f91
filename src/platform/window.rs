//! The app in a window of its own: on a desktop and on phones.

#[cfg(feature = "desktop")]
use dioxus::desktop::{Config, launch::launch_virtual_dom};
#[cfg(all(feature = "mobile", not(feature = "desktop")))]
use dioxus::mobile::{Config, launch::launch_virtual_dom};
use dioxus::prelude::VirtualDom;

/// Shows the app until it is closed; never returns.
pub fn show(app: VirtualDom) -> ! {
    let config = Config::new().with_custom_index(super::page("")).with_background_color((250, 249, 246, 255));
    #[cfg(feature = "desktop")]
    let config = config.with_menu(None).with_window(
        dioxus::desktop::WindowBuilder::new()
            .with_title("Payung")
            .with_inner_size(dioxus::desktop::LogicalSize::new(412.0, 860.0)),
    );
    launch_virtual_dom(app, config)
}
