//! `newsmill serve`: the output folder goes in, its preview on loopback comes out, until Ctrl-C.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use crate::cli::{Exit, Failure, Places};
use crate::loopback::{self, Server};

/// Arguments of `newsmill serve`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The port on 127.0.0.1; 0 picks a free one
    #[arg(long, default_value_t = 8000)]
    pub port: u16,
}

/// Serves until Ctrl-C.
pub fn run(args: &Args, places: &Places) -> Result<Exit, Failure> {
    let folder = places.output.clone().unwrap_or_else(|| PathBuf::from("output"));
    if !folder.is_dir() {
        let remedy =
            "make a site first, with `newsmill run` or `newsmill demo`, or name its folder with --output";
        return Err(Failure::usage(format!("{} is no folder; {remedy}", folder.display())));
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|cause| Failure::unexpected(format!("no runtime: {cause}")))?;
    runtime.block_on(preview(&folder, args.port))
}

async fn preview(folder: &Path, port: u16) -> Result<Exit, Failure> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let server = Server::start(address, loopback::files(folder)).await.map_err(Failure::usage)?;
    println!("{} is at http://{}/ (Ctrl-C ends)", folder.display(), server.address());
    tokio::signal::ctrl_c()
        .await
        .map_err(|cause| Failure::unexpected(format!("cannot listen for Ctrl-C: {cause}")))?;
    server.stop().await;
    Ok(Exit::Done)
}
