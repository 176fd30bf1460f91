//! The place where the person is, mirrored into the browser's address and its Back and Forward.
//!
//! Dioxus' own history for this renderer takes a new place by way of a task, and tells nobody when it has: a screen that is
//! drawn in between stays the former one (docs/adr/0020-the-address-of-a-page.md).

use crate::app::App;
use dioxus::history::{History, provide_history_context};
use dioxus::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

type Updater = Arc<dyn Fn() + Send + Sync>;

struct PageHistory {
    here: RefCell<String>,
    /// The router's, which draws the place anew.
    updater: RefCell<Option<Updater>>,
}

impl PageHistory {
    fn go(&self, to: String, how: &str) {
        *self.here.borrow_mut() = to;
        self.show(how);
    }

    /// Writes the place into the address, as a new entry or over the last one.
    fn show(&self, how: &str) {
        // a path of our own routes, written as a string of JavaScript; Dioxus' own history reads the number
        let here = serde_json::Value::from(self.here.borrow().as_str());
        document::eval(&format!("history.{how}({{ index: 0 }}, '', {here})"));
    }

    /// The browser has gone back or forward.
    fn arrived(&self, at: String) {
        *self.here.borrow_mut() = at;
        let updater = self.updater.borrow().clone();
        if let Some(update) = updater {
            update();
        }
    }
}

impl History for PageHistory {
    fn current_route(&self) -> String {
        self.here.borrow().clone()
    }
    fn push(&self, route: String) {
        self.go(route, "pushState");
    }
    fn replace(&self, route: String) {
        self.go(route, "replaceState");
    }
    fn go_back(&self) {
        document::eval("history.back()");
    }
    fn go_forward(&self) {
        document::eval("history.forward()");
    }
    fn updater(&self, updater: Updater) {
        *self.updater.borrow_mut() = Some(updater);
    }
    fn include_prevent_default(&self) -> bool {
        true
    }
}

/// The app with that history.
#[component]
pub fn InBrowser() -> Element {
    let history = use_hook(|| {
        let history = Rc::new(PageHistory { here: RefCell::new("/".to_owned()), updater: RefCell::new(None) });
        provide_history_context(history.clone());
        history
    });
    use_future(move || {
        let history = history.clone();
        async move {
            // Dioxus' own history asks the page for its address and writes it once: ours is written after that
            if document::eval("return true;").join::<bool>().await.is_ok() {
                history.show("replaceState");
            }
            let mut page = document::eval(
                "await new Promise(() => addEventListener('popstate', () => dioxus.send(location.pathname)));",
            );
            while let Ok(path) = page.recv::<String>().await {
                history.arrived(path);
            }
        }
    });
    rsx! { App {} }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[test]
    fn whoever_draws_right_after_a_tap_draws_the_new_place() {
        let history = PageHistory { here: RefCell::new("/".to_owned()), updater: RefCell::new(None) };
        let drawn = Arc::new(AtomicU32::new(0));
        let told = drawn.clone();
        history.updater(Arc::new(move || {
            told.fetch_add(1, Ordering::Relaxed);
        }));
        let app = VirtualDom::new(|| rsx! {});
        app.in_scope(ScopeId::ROOT, || {
            history.push("/records".to_owned());
            assert_eq!(history.current_route(), "/records");
            history.replace("/settings".to_owned());
            assert_eq!(history.current_route(), "/settings");
        });
        assert_eq!(drawn.load(Ordering::Relaxed), 0, "the router itself draws what it was told");
        history.arrived("/".to_owned());
        assert_eq!((history.current_route().as_str(), drawn.load(Ordering::Relaxed)), ("/", 1));
    }
}
