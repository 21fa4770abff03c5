//! A response whose headers are in goes in, its body comes out, decompressed and within the limits.
//!
//! Pieces are counted as they come; what is decompressed is counted as it is written. Small bodies are read by
//! everybody at once; beyond [`FREE`] bytes a place is needed, of which there are few, so that memory does not grow
//! with the number of hosts that send much.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::net::decode::{self, DecodeError, Overflow};

/// Bytes of a body that need no place.
const FREE: usize = 512 << 10;

/// Bodies beyond [`FREE`] that are read at once.
const BIG_AT_ONCE: usize = 4;

/// Bodies of more than this many compressed bytes are decompressed on a thread of their own.
const INLINE: usize = 64 << 10;

/// How much of a body is wanted.
#[derive(Debug, Clone, Copy)]
pub(in crate::net) struct Bounds {
    pub(in crate::net) compressed: u64,
    pub(in crate::net) decompressed: u64,
    pub(in crate::net) idle: Duration,
    pub(in crate::net) overflow: Overflow,
}

/// Why there is no body.
#[derive(Debug)]
pub(in crate::net) enum BodyError {
    Idle,
    TooLarge { decompressed: bool },
    Encoding(String),
    Library(reqwest::Error),
}

/// The places for big bodies.
#[derive(Debug)]
pub(in crate::net) struct Room {
    big: Semaphore,
    decoding: Arc<Semaphore>,
}

impl Room {
    pub(in crate::net) fn new() -> Self {
        Self { big: Semaphore::new(BIG_AT_ONCE), decoding: Arc::new(Semaphore::new(2)) }
    }

    /// Reads and decompresses the body.
    pub(in crate::net) async fn read(
        &self,
        response: &mut reqwest::Response,
        bounds: Bounds,
    ) -> Result<Bytes, BodyError> {
        let header = content_encoding(response);
        let body = self.collect(response, bounds).await?;
        if !decode::is_encoded(&header) && (header.is_empty() || body.is_empty()) {
            return Ok(body);
        }
        let undo = move |body| decode::decode(&header, body, bounds.decompressed, bounds.overflow);
        let opened = if body.len() <= INLINE { undo(body) } else { self.elsewhere(undo, body).await };
        opened.map_err(|cause| match cause {
            DecodeError::TooLarge => BodyError::TooLarge { decompressed: true },
            other => BodyError::Encoding(other.to_string()),
        })
    }

    async fn collect(&self, response: &mut reqwest::Response, bounds: Bounds) -> Result<Bytes, BodyError> {
        let refuse = bounds.overflow == Overflow::Refuse;
        let stated = response.content_length().unwrap_or(0);
        if refuse && stated > bounds.compressed {
            return Err(BodyError::TooLarge { decompressed: false });
        }
        let mut all = BytesMut::new();
        let mut place = None;
        loop {
            let piece = timeout(bounds.idle, response.chunk()).await.map_err(|_| BodyError::Idle)?;
            let Some(piece) = piece.map_err(BodyError::Library)? else { break };
            if all.is_empty() && piece.len() as u64 == stated {
                return Ok(piece); // the usual small body, without a copy
            }
            if (all.len() + piece.len()) as u64 > bounds.compressed {
                if refuse {
                    return Err(BodyError::TooLarge { decompressed: false });
                }
                let room = (bounds.compressed as usize).saturating_sub(all.len());
                all.extend_from_slice(piece.get(..room).unwrap_or(&piece));
                break;
            }
            if place.is_none() && all.len() + piece.len() > FREE {
                place = self.big.acquire().await.ok();
            }
            all.extend_from_slice(&piece);
        }
        Ok(all.freeze())
    }

    async fn elsewhere(
        &self,
        undo: impl FnOnce(Bytes) -> Result<Bytes, DecodeError> + Send + 'static,
        body: Bytes,
    ) -> Result<Bytes, DecodeError> {
        let permit = Arc::clone(&self.decoding).acquire_owned().await;
        let thread = tokio::task::spawn_blocking(move || {
            // Kept to the end even where the one who asked has gone: it bounds what threads hold.
            let _permit = permit;
            undo(body)
        });
        let broke = |cause: tokio::task::JoinError| DecodeError::Unknown(cause.to_string());
        thread.await.map_err(broke)?
    }
}

fn content_encoding(response: &reqwest::Response) -> String {
    let values = response.headers().get_all(http::header::CONTENT_ENCODING);
    values.iter().filter_map(|value| value.to_str().ok()).collect::<Vec<_>>().join(", ")
}
