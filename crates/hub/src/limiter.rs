//! Token buckets per caller, in bounded memory.

use jiff::Timestamp;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Callers that are remembered at once.
const MOST_CALLERS: usize = 10_000;

/// How often each caller may do something.
pub struct Limiter {
    burst: f64,
    per_second: f64,
    buckets: Mutex<HashMap<String, Bucket>>,
}

#[derive(Clone, Copy)]
struct Bucket {
    tokens: f64,
    at: Timestamp,
}

impl Limiter {
    /// So many calls at once, then one every so many seconds.
    pub fn new(burst: u32, seconds_each: f64) -> Self {
        Self { burst: f64::from(burst), per_second: 1.0 / seconds_each, buckets: Mutex::default() }
    }

    /// Takes a call from a caller's bucket, or tells in how many seconds there is one.
    pub fn take(&self, caller: &str, now: Timestamp) -> Result<(), u64> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST_CALLERS && !buckets.contains_key(caller) {
            buckets.retain(|_, bucket| self.tokens(bucket, now) < self.burst);
            if buckets.len() >= MOST_CALLERS {
                // So many callers at once are one attack: nobody new is let in until buckets fill up again.
                return Err(60);
            }
        }
        let bucket = buckets.entry(caller.to_owned()).or_insert(Bucket { tokens: self.burst, at: now });
        let tokens = self.tokens(bucket, now);
        let (tokens, answer) = match tokens {
            1.0.. => (tokens - 1.0, Ok(())),
            _ => (tokens, Err(((1.0 - tokens) / self.per_second).ceil() as u64)),
        };
        *bucket = Bucket { tokens, at: now };
        answer
    }

    /// Gives a call back that turned out to be honest.
    pub fn give_back(&self, caller: &str) {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bucket) = buckets.get_mut(caller) {
            bucket.tokens = (bucket.tokens + 1.0).min(self.burst);
        }
    }

    fn tokens(&self, bucket: &Bucket, now: Timestamp) -> f64 {
        let seconds = now.duration_since(bucket.at).as_secs_f64().max(0.0);
        (bucket.tokens + seconds * self.per_second).min(self.burst)
    }
}

/// The caller behind an address: of IPv6 the /64, because one line has them all.
pub fn caller(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let limiter = Limiter::new(2, 10.0);
        let at = |second| Timestamp::from_second(second).unwrap_or_default();
        assert_eq!(limiter.take("a", at(0)), Ok(()));
        assert_eq!(limiter.take("a", at(0)), Ok(()));
        assert_eq!(limiter.take("a", at(0)), Err(10));
        assert_eq!(limiter.take("b", at(0)), Ok(()), "another caller has a bucket of its own");
        assert_eq!(limiter.take("a", at(10)), Ok(()));
        assert_eq!(limiter.take("a", at(5)), Err(10), "a clock that steps back gives nothing and does not fail");
    }

    #[test]
    fn the_memory_is_bounded() {
        let limiter = Limiter::new(1, 10.0);
        for number in 0..MOST_CALLERS {
            assert_eq!(limiter.take(&number.to_string(), Timestamp::UNIX_EPOCH), Ok(()));
        }
        assert!(limiter.take("one more", Timestamp::UNIX_EPOCH).is_err());
    }
}
