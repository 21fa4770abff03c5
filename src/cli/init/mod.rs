//! `newsmill init DIR`: a folder's name goes in, a new site comes out: the sample configuration, a CI workflow, a
//! README that tells the next steps.

use std::fs;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

use crate::cli::{Exit, Failure, Places};

/// The sample site's configuration, as it stands in the repository.
static CONFIG: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/config");
static WORKFLOW: &str = include_str!("workflow.yaml");
static README: &str = include_str!("README.md");

/// Arguments of `newsmill init`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder to make; it must not exist, or be empty
    dir: PathBuf,
}

/// Runs the command.
pub fn run(args: &Args, _places: &Places) -> Result<Exit, Failure> {
    let dir = &args.dir;
    let taken = fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some());
    if taken || dir.is_file() {
        return Err(Failure::usage(format!(
            "{} is there already and is not empty; name a new folder",
            dir.display()
        )));
    }
    let mut files = vec![
        (PathBuf::from(".github/workflows/news.yaml"), WORKFLOW.as_bytes()),
        (PathBuf::from("README.md"), README.as_bytes()),
        (PathBuf::from(".gitignore"), b"/output\n/state\n".as_slice()),
    ];
    collect(&CONFIG, &mut files);
    for (path, bytes) in files {
        write(&dir.join(path), bytes)?;
    }
    for folder in ["templates", "static"] {
        fs::create_dir_all(dir.join(folder)).map_err(|error| refused(&dir.join(folder), &error))?;
    }
    println!("A new site is in {}. Next:", dir.display());
    println!("  cd {} && newsmill check && newsmill run && newsmill serve", dir.display());
    Ok(Exit::Done)
}

fn collect(folder: &'static Dir<'static>, into: &mut Vec<(PathBuf, &'static [u8])>) {
    into.extend(folder.files().map(|file| (Path::new("config").join(file.path()), file.contents())));
    folder.dirs().for_each(|inner| collect(inner, into));
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let made = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(path, bytes));
    made.map_err(|error| refused(path, &error))
}

fn refused(path: &Path, error: &std::io::Error) -> Failure {
    Failure::unexpected(format!("{} cannot be written: {error}", path.display()))
}
