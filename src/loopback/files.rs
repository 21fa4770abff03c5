//! A folder goes in, a handler comes out that serves its files: content types by suffix, `index.html` for a
//! folder, `404.html` for what is missing, and nothing from outside the folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use http::Method;

use crate::loopback::message::{Request, Response};
use crate::loopback::server::Handler;

/// What a path of a request names inside the folder.
enum Found {
    File(PathBuf),
    /// A folder that was named without its closing slash: relative links need it.
    Folder,
    Nothing,
}

/// Serves the files below `root`, read anew at each request, so that a rebuilt site shows at once.
pub fn files(root: &Path) -> Handler {
    let root = root.to_path_buf();
    Arc::new(move |request: &Request| {
        if !matches!(request.method, Method::GET | Method::HEAD) {
            return Response::text(405, "only GET and HEAD").with("allow", "GET, HEAD");
        }
        match find(&root, &request.path) {
            Found::File(path) => match std::fs::read(&path) {
                Ok(body) => Response::new(200, content_type(&path), body)
                    .with("cache-control", "no-cache")
                    .conditional(request),
                Err(_) => missing(&root),
            },
            Found::Folder => Response::redirect(308, &format!("{}/", request.path)),
            Found::Nothing => missing(&root),
        }
    })
}

fn missing(root: &Path) -> Response {
    match std::fs::read(root.join("404.html")) {
        Ok(body) => Response::new(404, "text/html; charset=utf-8", body),
        Err(_) => Response::text(404, "not found"),
    }
}

fn find(root: &Path, path: &str) -> Found {
    let Some(inside) = inside(path) else { return Found::Nothing };
    // Resolving links on both sides keeps a link inside the folder from leading out of it.
    let (Ok(root), Ok(mut found)) = (root.canonicalize(), root.join(inside).canonicalize()) else {
        return Found::Nothing;
    };
    if !found.starts_with(&root) {
        return Found::Nothing;
    }
    if found.is_dir() {
        if !path.ends_with('/') {
            return Found::Folder;
        }
        found.push("index.html");
    } else if path.ends_with('/') {
        return Found::Nothing;
    }
    match found.canonicalize() {
        Ok(found) if found.is_file() && found.starts_with(&root) => Found::File(found),
        _ => Found::Nothing,
    }
}

/// The relative path that a request's path names; `None` for anything that could climb or mean two things.
fn inside(path: &str) -> Option<PathBuf> {
    let mut out = PathBuf::new();
    let path = path.strip_prefix('/')?;
    let path = path.strip_suffix('/').unwrap_or(path);
    if path.is_empty() {
        return Some(out);
    }
    for segment in path.split('/') {
        let segment = decode(segment)?;
        if segment.is_empty() || segment == "." || segment == ".." || segment.contains(['/', '\\', '\0']) {
            return None;
        }
        out.push(segment);
    }
    Some(out)
}

fn decode(segment: &str) -> Option<String> {
    let mut out = Vec::with_capacity(segment.len());
    let mut bytes = segment.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let high = char::from(bytes.next()?).to_digit(16)?;
            let low = char::from(bytes.next()?).to_digit(16)?;
            out.push((high * 16 + low) as u8);
        } else {
            out.push(byte);
        }
    }
    String::from_utf8(out).ok()
}

/// The content type by suffix; unknown ones are bytes, which a browser saves instead of guessing.
fn content_type(path: &Path) -> &'static str {
    let suffix = path.extension().and_then(|suffix| suffix.to_str()).unwrap_or_default().to_ascii_lowercase();
    match suffix.as_str() {
        "html" | "htm" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "ndjson" | "jsonl" => "application/x-ndjson",
        "webmanifest" => "application/manifest+json",
        "xml" => "application/xml; charset=utf-8",
        "opml" => "text/x-opml; charset=utf-8",
        "xsl" => "text/xsl; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "md" => "text/markdown; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/vnd.microsoft.icon",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        "pdf" => "application/pdf",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(root: &Path, path: &str) -> Response {
        files(root)(&Request {
            method: Method::GET,
            path: path.to_owned(),
            query: String::new(),
            headers: http::HeaderMap::new(),
            body: bytes::Bytes::new(),
            local: ([127, 0, 0, 1], 1).into(),
        })
    }

    #[test]
    fn a_site_is_served_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("site");
        std::fs::create_dir_all(root.join("symbols/btc")).unwrap();
        std::fs::create_dir_all(root.join("empty")).unwrap();
        std::fs::write(folder.path().join("secret.txt"), "secret").unwrap();
        std::fs::write(root.join("index.html"), "front").unwrap();
        std::fs::write(root.join("symbols/btc/index.html"), "bitcoin").unwrap();
        std::fs::write(root.join("symbols/比 特.json"), "{}").unwrap();
        std::fs::write(root.join("404.html"), "lost").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(folder.path().join("secret.txt"), root.join("link.txt")).unwrap();

        assert_eq!((get(&root, "/").status, &get(&root, "/").body[..]), (200, &b"front"[..]));
        assert_eq!(&get(&root, "/symbols/btc/").body[..], b"bitcoin");
        assert_eq!(get(&root, "/symbols/btc").header("location"), Some("/symbols/btc/"));
        let json = get(&root, "/symbols/%E6%AF%94%20%E7%89%B9.json");
        assert_eq!((json.status, json.header("content-type")), (200, Some("application/json")));
        for outside in [
            "/../secret.txt",
            "/%2e%2e/secret.txt",
            "/symbols/..%2f..%2f..%2fsecret.txt",
            "//etc/passwd",
            "/%2fetc%2fpasswd",
            "/..\\secret.txt",
            "/link.txt",
            "/index.html/",
            "/empty/",
            "/nothing",
            "/%zz",
            "/a%00b",
            "secret",
        ] {
            let lost = get(&root, outside);
            assert_eq!((lost.status, &lost.body[..]), (404, &b"lost"[..]), "{outside}");
        }
    }
}
