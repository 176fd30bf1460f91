//! A browser of the office.

use crate::world::{Answer, World, id};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use payung_hub::HubError;
use payung_hub::context::hash_of;
use payung_hub::people::{self, Place};
use payung_hub::rights::Role;
use payung_hub::store::session::{self, NewSession};

pub const PASSWORD: &str = "benar-sekali-2026";
pub const CSRF: &str = "token-of-a-test";
pub const FORM: &str = "application/x-www-form-urlencoded";

pub struct Browser<'a> {
    pub world: &'a World,
    pub cookie: String,
}

/// Adds somebody, or gives them this password and another place.
pub fn put(world: &World, name: &str, place: Place) {
    people::put(&world.hub, "command", name, PASSWORD, Some(place)).unwrap();
}

impl<'a> Browser<'a> {
    /// An admin.
    pub async fn signed_in(world: &'a World) -> Self {
        put(world, "sari", (Role::Admin, None));
        Self::of(world, "sari").await
    }

    /// Somebody who is there.
    pub async fn of(world: &'a World, name: &str) -> Self {
        let answer = enter(world, name, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        Self { world, cookie: cookie(&answer) }
    }

    /// Somebody who is there, without the time that a password takes; their forms have the token [`CSRF`].
    pub fn let_in(world: &'a World, name: &str) -> Self {
        let value = hex::encode(world.hub.context.random::<16>().unwrap());
        let new = NewSession {
            hash: hash_of(&value),
            user_name: name,
            csrf: CSRF.into(),
            expires_at: world.hub.context.now().as_millisecond() + 3_600_000,
            caller: "203.0.113.9",
            browser: "Chrome, Android",
            waits_for_code: false,
        };
        world.hub.store.write::<_, HubError>(|t| Ok(session::add(t, &new, new.expires_at - 3_600_000)?)).unwrap();
        Self { world, cookie: format!("payung_session={value}") }
    }

    /// As lists name this session.
    pub fn session_id(&self) -> String {
        hash_of(self.cookie.split_once('=').unwrap().1)[..16].to_owned()
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.world.call(Request::get(path).header("cookie", &self.cookie).body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, path: &str, form: &str) -> Answer {
        let call = Request::post(path)
            .header("cookie", &self.cookie)
            .header("content-type", FORM)
            .body(form.to_owned().into())
            .unwrap();
        self.world.call(call).await
    }

    /// A form of [`Browser::let_in`].
    pub async fn send(&self, path: &str, fields: &str) -> Answer {
        self.post(path, &format!("csrf={CSRF}&{fields}")).await
    }

    /// A hidden field of a page.
    pub async fn hidden(&self, path: &str, name: &str) -> String {
        hidden(&self.get(path).await.text(), name)
    }

    pub async fn judge(&self, number: u8, act: &str, fields: &str) -> Answer {
        let page = format!("/catatan/{}", id(number));
        let (csrf, seen) = (self.hidden(&page, "csrf").await, self.hidden(&page, "seen").await);
        self.post(&format!("{page}/{act}"), &format!("csrf={csrf}&seen={seen}&{fields}")).await
    }
}

pub fn hidden(page: &str, name: &str) -> String {
    between(page, &format!("name=\"{name}\" value=\""), "\"")
}

pub fn between(page: &str, before: &str, after: &str) -> String {
    let from = page.find(before).expect("the page has it") + before.len();
    page[from..].split(after).next().unwrap().to_owned()
}

/// The session's cookie, as a browser sends it back.
pub fn cookie(answer: &Answer) -> String {
    answer.header("set-cookie").split(';').next().unwrap().to_owned()
}

pub async fn enter(world: &World, name: &str, password: &str) -> Answer {
    enter_from(world, "203.0.113.9", name, password).await
}

/// Opens the sign-in and sends it, from an address that counts where the hub stands behind a proxy.
pub async fn enter_from(world: &World, address: &str, name: &str, password: &str) -> Answer {
    let door = world.call(Request::get("/masuk").body(Body::empty()).unwrap()).await;
    let call = Request::post("/masuk")
        .header("content-type", FORM)
        .header("cookie", cookie(&door))
        .header("x-forwarded-for", address)
        .header("user-agent", "Mozilla/5.0 (Linux; Android 13) Chrome/120 Safari/537")
        .body(format!("csrf={}&name={name}&password={password}", hidden(&door.text(), "csrf")).into())
        .unwrap();
    world.call(call).await
}
