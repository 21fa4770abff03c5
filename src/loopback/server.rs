//! A loopback address and a handler go in, a running server comes out; it ends when it is stopped or dropped.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::loopback::message::{Request, Response};

/// Longest request body that is read, in bytes; a longer one is answered with 413.
pub const MAX_BODY: usize = 16 << 20;

/// How long open answers may take to end once the server is told to stop.
const GRACE: Duration = Duration::from_millis(500);

/// Makes the response to a request; called from many tasks at once.
pub type Handler = Arc<dyn Fn(&Request) -> Response + Send + Sync>;

/// Why no server was started.
#[derive(Debug, thiserror::Error)]
pub enum LoopbackError {
    /// The address is not a loopback one.
    #[error("{0} is not a loopback address; take one of 127.0.0.0/8 or [::1]")]
    NotLoopback(SocketAddr),
    /// The system refused the address.
    #[error("cannot listen on {address}: {cause}; is another program using the port? 0 picks a free one")]
    Bind {
        /// What was asked for.
        address: SocketAddr,
        /// The system's words.
        cause: io::Error,
    },
}

/// A running server. Dropping it ends it at once, [`Server::stop`] lets open answers finish.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    halt: watch::Sender<bool>,
    accepting: JoinHandle<()>,
}

impl Server {
    /// Listens on `address` (port 0 picks a free one) and answers with `handler` until stopped. It must be called
    /// inside a tokio runtime with IO and time enabled.
    pub async fn start(address: SocketAddr, handler: Handler) -> Result<Self, LoopbackError> {
        if !address.ip().is_loopback() {
            return Err(LoopbackError::NotLoopback(address));
        }
        let refused = |cause| LoopbackError::Bind { address, cause };
        let listener = TcpListener::bind(address).await.map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let (halt, halted) = watch::channel(false);
        let accepting = tokio::spawn(accept(listener, handler, halted));
        Ok(Self { address, halt, accepting })
    }

    /// The address it listens on, with the port that was picked.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops listening, lets open answers finish for half a second and ends.
    pub async fn stop(mut self) {
        self.halt.send_replace(true);
        // A panic in a handler has been told by its own connection; here only the end matters.
        let _ = (&mut self.accepting).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, handler: Handler, mut halted: watch::Receiver<bool>) {
    let mut open = JoinSet::new();
    let for_connections = halted.clone();
    loop {
        tokio::select! {
            () = told(&mut halted) => break,
            Some(_) = open.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    open.spawn(converse(stream, Arc::clone(&handler), for_connections.clone()));
                }
                // Out of file descriptors, most likely: wait for some to close instead of spinning.
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            },
        }
    }
    drop(listener);
    let _ = tokio::time::timeout(GRACE, async { while open.join_next().await.is_some() {} }).await;
}

/// Ends when the server is told to stop, or is gone.
async fn told(halted: &mut watch::Receiver<bool>) {
    let _ = halted.wait_for(|halt| *halt).await;
}

async fn converse(stream: TcpStream, handler: Handler, mut halted: watch::Receiver<bool>) {
    let Ok(local) = stream.local_addr() else { return };
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| answer(request, local, Arc::clone(&handler)));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_mins(1))
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => return,
        () = told(&mut halted) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

async fn answer(
    request: hyper::Request<Incoming>,
    local: SocketAddr,
    handler: Handler,
) -> Result<hyper::Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let response = match Limited::new(body, MAX_BODY).collect().await {
        Ok(body) => handler(&Request {
            method: head.method,
            path: head.uri.path().to_owned(),
            query: head.uri.query().unwrap_or_default().to_owned(),
            headers: head.headers,
            body: body.to_bytes(),
            local,
        }),
        Err(_) => Response::text(413, "the request's body is too long or was cut"),
    };
    Ok(wire(response))
}

fn wire(response: Response) -> hyper::Response<Full<Bytes>> {
    let mut out = hyper::Response::new(Full::new(response.body));
    *out.status_mut() =
        http::StatusCode::from_u16(response.status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in &response.headers {
        if let (Ok(name), Ok(value)) =
            (http::HeaderName::try_from(name.as_str()), http::HeaderValue::try_from(value.as_str()))
        {
            out.headers_mut().append(name, value);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    async fn talk(address: SocketAddr, request: &str) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    fn echo() -> Handler {
        Arc::new(|request| {
            let words = format!(
                "{} {}?{} {:?} {} on {}",
                request.method,
                request.path,
                request.query,
                request.header("x-name"),
                String::from_utf8_lossy(&request.body),
                request.local.ip()
            );
            Response::text(201, &words).with("x-kept", "yes").with("bad\nname", "dropped")
        })
    }

    #[tokio::test]
    async fn requests_reach_the_handler_whole() {
        let server = Server::start(([127, 3, 2, 1], 0).into(), echo()).await.unwrap();
        let answer = talk(
            server.address(),
            "POST /a%20b?c=d HTTP/1.1\r\nhost: x\r\nx-name: n\r\nconnection: close\r\ncontent-length: 4\r\n\r\nbody",
        )
        .await;
        assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
        assert!(answer.ends_with("POST /a%20b?c=d Some(\"n\") body on 127.3.2.1"), "{answer}");
        assert!(answer.contains("x-kept: yes"));
        let address = server.address();
        server.stop().await;
        assert!(TcpStream::connect(address).await.is_err(), "a stopped server listens no more");
    }

    #[tokio::test]
    async fn only_loopback_is_listened_on() {
        for address in ["0.0.0.0:0", "192.0.2.1:0", "[::]:0"] {
            let refused = Server::start(address.parse().unwrap(), echo()).await;
            assert!(matches!(refused, Err(LoopbackError::NotLoopback(_))), "{address}");
        }
    }

    #[tokio::test]
    async fn a_kept_connection_does_not_hold_up_the_end() {
        let server = Server::start(([127, 0, 0, 1], 0).into(), echo()).await.unwrap();
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        assert!(stream.read(&mut [0; 64]).await.unwrap() > 0);
        tokio::time::timeout(Duration::from_secs(5), server.stop()).await.unwrap();
    }
}
