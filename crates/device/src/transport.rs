//! The way to the hub: one HTTP call at a time. The simulator and the tests bring their own.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// An HTTP method that the hub knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// POST
    Post,
    /// HEAD
    Head,
    /// PATCH
    Patch,
}

/// One call.
#[derive(Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The whole address.
    pub url: String,
    /// Names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// May be empty.
    pub body: Vec<u8>,
}

/// What came back, from whomever it came.
#[derive(Clone)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// Names in lower case; the last of equal names.
    pub headers: BTreeMap<String, String>,
    /// Uncompressed.
    pub body: Vec<u8>,
}

/// Nothing came back.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// No connection could be made: no signal, or the hub is down.
    #[error("no connection")]
    NoConnection,
    /// The connection broke off or took too long.
    #[error("the connection broke off")]
    Interrupted,
    /// The address can't be used.
    #[error("the hub's address is not usable")]
    BadAddress,
}

/// A call under way.
pub type Call<'a> = Pin<Box<dyn Future<Output = Result<Response, TransportError>> + Send + 'a>>;

/// Carries calls.
pub trait Transport: Send + Sync {
    /// Sends a request and waits for the whole answer.
    fn call(&self, request: Request) -> Call<'_>;
}

/// No answer of the hub is larger.
const MOST_RESPONSE_BYTES: usize = 16 << 20;

/// HTTP through reqwest and rustls, with the web's usual certificate authorities.
pub struct HttpTransport {
    client: reqwest::Client,
}

impl HttpTransport {
    /// A client that gives up on a connection after 10 s.
    pub fn new() -> Result<Self, TransportError> {
        // reqwest's own choice of certificates panics on Android: its verifier wants to be set up from Java
        let _ = rustls::crypto::ring::default_provider().install_default();
        let roots =
            webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().filter_map(|der| reqwest::Certificate::from_der(der).ok());
        let client = reqwest::Client::builder()
            .tls_certs_only(roots)
            .connect_timeout(Duration::from_secs(10))
            // a login page redirects; the hub never does
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|_| TransportError::BadAddress)?;
        Ok(Self { client })
    }
}

impl Transport for HttpTransport {
    fn call(&self, request: Request) -> Call<'_> {
        Box::pin(async move {
            let method = match request.method {
                Method::Post => reqwest::Method::POST,
                Method::Head => reqwest::Method::HEAD,
                Method::Patch => reqwest::Method::PATCH,
            };
            // a weak link gets its time: 500 bytes a second
            let timeout = Duration::from_secs(30 + request.body.len() as u64 / 500);
            let mut builder = self.client.request(method, &request.url).timeout(timeout).body(request.body);
            for (name, value) in request.headers {
                builder = builder.header(name, value);
            }
            let failure = |error: reqwest::Error| match () {
                () if error.is_builder() => TransportError::BadAddress,
                () if error.is_connect() => TransportError::NoConnection,
                () => TransportError::Interrupted,
            };
            let mut response = builder.send().await.map_err(failure)?;
            let headers = response
                .headers()
                .iter()
                .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
                .collect();
            let status = response.status().as_u16();
            let mut body = Vec::new();
            while let Some(chunk) = response.chunk().await.map_err(failure)? {
                if body.len() + chunk.len() > MOST_RESPONSE_BYTES {
                    return Err(TransportError::Interrupted);
                }
                body.extend_from_slice(&chunk);
            }
            Ok(Response { status, headers, body })
        })
    }
}
