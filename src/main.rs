//! Payung, the app: enrols vulnerable workers at the door, without a signal.

mod app;
mod components;
mod courier;
mod form;
mod help;
mod intake;
mod notice;
mod platform;
mod post;
mod print;
mod route;
mod screens;
mod shell;
mod text;
mod ui;

use anyhow::Context as _;
use clap::Parser;
use courier::Courier;
use dioxus::prelude::{Element, VirtualDom};
use payung_device::{Device, Env, HttpTransport, KeyCost, PairLink, Pin, Status, SystemClock, SystemEntropy, Wallet};
use payung_domain::region::Regions;
use post::Post;
use std::path::PathBuf;
use std::sync::Arc;

/// Payung: enrols vulnerable workers at the door, without a signal.
#[derive(Parser, Default)]
#[command(version)]
struct Arguments {
    /// Where the encrypted data lies
    #[arg(long, env = "PAYUNG_DATA")]
    data: Option<PathBuf>,
    /// Shows the app in a browser at this loopback address instead of a window, for example 127.0.0.1:8701
    #[cfg(feature = "browser")]
    #[arg(long, value_name = "ADDRESS")]
    browser: Option<std::net::SocketAddr>,
    /// Pairs with a hub before the app is shown, unless it is paired already; needs --pin
    #[arg(long, value_name = "LINK", requires = "pin")]
    pair: Option<String>,
    /// The PIN for --pair
    #[arg(long)]
    pin: Option<String>,
}

static REGIONS: &[u8] = include_bytes!("../assets/regions/regions.bin");

fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into()))
        .with_writer(std::io::stderr)
        .init();
    // Android calls main without arguments: whatever lies in the registers would be read as such
    let arguments = if cfg!(target_os = "android") { Arguments::default() } else { Arguments::parse() };
    let folder = match &arguments.data {
        Some(folder) => folder.clone(),
        None => platform::data_folder()?,
    };
    std::fs::create_dir_all(&folder).context("the data folder can't be made")?;
    platform::keep_out_of_backups(&folder)?;
    let env = Env {
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        transport: Arc::new(HttpTransport::new()?),
        regions: Arc::new(Regions::load(REGIONS)?),
        key_cost: KeyCost::PHONE,
    };
    let wallet = Wallet::new(&folder, env.clone());
    let device = Device::new(folder, env);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let _inside = runtime.enter();
    if let (Some(link), Some(pin)) = (&arguments.pair, &arguments.pin) {
        runtime.block_on(pair(&device, link, pin))?;
    }
    let courier = Courier::start(device.clone());
    let post = Post::start(device.clone());
    let make_app = move |root: fn() -> Element| {
        let app = VirtualDom::new(root);
        app.provide_root_context(device.clone());
        app.provide_root_context(courier.clone());
        app.provide_root_context(wallet.clone());
        app.provide_root_context(post.clone());
        app
    };
    #[cfg(feature = "browser")]
    if let Some(address) = arguments.browser {
        let make_app = Arc::new(move || make_app(platform::InBrowser));
        return runtime.block_on(platform::browser::serve(address, make_app));
    }
    #[cfg(any(feature = "desktop", feature = "mobile"))]
    platform::window::show(make_app(app::App));
    #[cfg(not(any(feature = "desktop", feature = "mobile")))]
    anyhow::bail!("this build has no window: give --browser an address")
}

/// Pairs a fresh phone; a paired one is left as it is.
async fn pair(device: &Device, link: &str, pin: &str) -> anyhow::Result<()> {
    if device.status() != Status::Unpaired {
        return Ok(());
    }
    let link = PairLink::parse(link).context("--pair wants a link like payung://pair?hub=…&code=…")?;
    let pin = Pin::parse(pin).context("--pin wants six digits or more")?;
    device.pair(link, pin, "demo").await?;
    device.lock();
    Ok(())
}
