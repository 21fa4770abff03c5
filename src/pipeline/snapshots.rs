//! A state and a folder for its copies go in; the state lies in the folder as one more snapshot, or the newest snapshot
//! takes the place of the state.
//!
//! Snapshot N is two objects: its data, compressed, and a small description that claims the number. Objects are created
//! once and never overwritten: of two runs that push at once, one gets the number and the other is refused. A state that does
//! not descend from the newest snapshot is refused too, since it would hide another's work.

use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::objects::{Folder, ObjectError};
use crate::store::snapshot::{self, Snapshot};
use crate::store::{Store, StoreError};

/// Snapshots that are kept; older ones go when a new one has come.
const KEPT: usize = 3;
/// The form of [`Description`] that this version writes, and the newest that it reads.
const FORM: u32 = 1;
const MAX_DESCRIPTION: u64 = 1 << 20;

/// Why a state was not pushed or pulled. Nothing has changed then, here or there.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The folder.
    #[error(transparent)]
    Objects(#[from] ObjectError),
    /// The state.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A description that cannot be read.
    #[error("{place} cannot be read: {why}")]
    Description {
        /// The description.
        place: String,
        /// What is wrong.
        why: String,
    },
    /// There is nothing to pull.
    #[error(
        "{place} holds no state. To begin one, make the first run without pulling (`newsmill run`), then `newsmill state push`"
    )]
    Nothing {
        /// The folder.
        place: String,
    },
    /// The folder holds work that this state does not know.
    #[error(
        "{place} holds snapshot {number}, pushed {pushed}, which this state does not descend from: another run has pushed since. \
         `newsmill state pull` fetches it; `--replace` pushes over it (the {KEPT} newest snapshots stay)"
    )]
    Diverged {
        /// The folder.
        place: String,
        /// The newest snapshot.
        number: u64,
        /// When it came.
        pushed: Timestamp,
    },
    /// The state holds work that the folder does not know.
    #[error(
        "the state here holds work that was never pushed. `newsmill state push` keeps it; `--replace` pulls over it, and leaves it \
         beside the new one"
    )]
    Unpushed,
    /// Another run was faster.
    #[error("{place} got snapshot {number} from another run just now: `newsmill state pull` first")]
    Outrun {
        /// The folder.
        place: String,
        /// The number that was claimed.
        number: u64,
    },
}

/// What lies in the folder beside a snapshot's data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// The form of this description.
    pub form: u32,
    /// Counts pushes, from 1.
    pub number: u64,
    /// BLAKE3 of the database, in hex.
    pub hash: String,
    /// Size of the database in bytes.
    pub bytes: u64,
    /// When it was pushed.
    pub pushed: Timestamp,
    /// Hashes of the snapshots that it descends from, oldest first.
    pub ancestors: Vec<String>,
}

impl Description {
    fn name(number: u64) -> String {
        format!("state-{number:010}.json")
    }

    /// The data's name holds its hash: what a push that was cut short has left is never taken for another's.
    fn data(&self) -> String {
        format!("state-{:010}-{}.sqlite.zst", self.number, self.hash)
    }
}

/// What a push or pull did.
#[derive(Debug)]
pub enum Done {
    /// Both sides held the same already.
    Same(Description),
    /// The snapshot is there, or here.
    Moved {
        /// The snapshot.
        snapshot: Description,
        /// Where a pull has left the state that was here before.
        before: Option<std::path::PathBuf>,
    },
}

/// Puts a snapshot of the open `store`, whose folder is `state`, into the folder `to`, as of `now`. `replace` pushes over a snapshot that
/// the state does not descend from.
pub async fn push(
    store: &Store,
    state: &Path,
    to: &Path,
    now: Timestamp,
    replace: bool,
) -> Result<Done, SnapshotError> {
    let folder = Folder::new(to);
    let newest = newest(&folder)?;
    let snapshot = store.snapshot(state).await?;
    let ancestors = store.lineage().await?;
    if let Some(there) = &newest {
        if there.hash == snapshot.hash {
            store.descend(there.hash.clone()).await?;
            return Ok(Done::Same(there.clone()));
        }
        if !replace && !ancestors.contains(&there.hash) {
            return Err(SnapshotError::Diverged {
                place: to.display().to_string(),
                number: there.number,
                pushed: there.pushed,
            });
        }
    }
    // Remembered first: a push that is cut short after the claim must not look like another's at the next one.
    store.descend(snapshot.hash.clone()).await?;
    let number = newest.map_or(0, |there| there.number) + 1;
    let description = claim(&folder, &snapshot, number, now, ancestors)?
        .ok_or_else(|| SnapshotError::Outrun { place: to.display().to_string(), number })?;
    tidy(&folder, number)?;
    Ok(Done::Moved { snapshot: description, before: None })
}

/// Puts the newest snapshot of the folder `from` in the place of the state in `state`. A state that holds work which was never pushed is
/// kept from that, unless `replace` says so.
pub async fn pull(from: &Path, state: &Path, replace: bool) -> Result<Done, SnapshotError> {
    let folder = Folder::new(from);
    let there =
        newest(&folder)?.ok_or_else(|| SnapshotError::Nothing { place: from.display().to_string() })?;
    let here = if snapshot::is_there(state) { Some(Store::open(state).await?) } else { None };
    if let Some(store) = &here {
        let hash = store.snapshot(state).await?.hash;
        if hash == there.hash {
            store.descend(hash).await?;
            return Ok(Done::Same(there));
        }
        if !replace && !there.ancestors.contains(&hash) {
            return Err(SnapshotError::Unpushed);
        }
    }
    let data = folder.path(&there.data());
    let packed = std::fs::File::open(&data).map_err(|cause| ObjectError::Io { path: data, cause })?;
    let before = snapshot::install(state, here, packed, &there.hash, there.bytes, there.ancestors.clone())?;
    Ok(Done::Moved { snapshot: there, before })
}

/// The newest snapshot's description.
fn newest(folder: &Folder) -> Result<Option<Description>, SnapshotError> {
    let Some(number) = folder.names()?.iter().filter_map(|name| numbered(name)).max() else {
        return Ok(None);
    };
    let name = Description::name(number);
    let wrong =
        |why: String| SnapshotError::Description { place: folder.path(&name).display().to_string(), why };
    let bytes = folder.read(&name, MAX_DESCRIPTION)?;
    let description: Description = serde_json::from_slice(&bytes).map_err(|e| wrong(e.to_string()))?;
    if description.form > FORM {
        return Err(wrong("a newer newsmill wrote it; use that version".to_owned()));
    }
    let hex = |hash: &String| hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
    if description.number != number || !hex(&description.hash) {
        return Err(wrong("it is not what its name says".to_owned()));
    }
    Ok(Some(description))
}

/// The number in a description's name.
fn numbered(name: &str) -> Option<u64> {
    name.strip_prefix("state-")?.strip_suffix(".json")?.parse().ok()
}

/// Data first, then the description that claims the number; none where somebody else has claimed it.
fn claim(
    folder: &Folder,
    snapshot: &Snapshot,
    number: u64,
    now: Timestamp,
    ancestors: Vec<String>,
) -> Result<Option<Description>, SnapshotError> {
    let description = Description {
        form: FORM,
        number,
        hash: snapshot.hash.clone(),
        bytes: snapshot.bytes,
        pushed: now,
        ancestors,
    };
    folder.create(&description.data(), |file| snapshot.write(file))?;
    let text = serde_json::to_vec_pretty(&description).map_err(|e| SnapshotError::Description {
        place: folder.path(&Description::name(number)).display().to_string(),
        why: e.to_string(),
    })?;
    let claimed = folder.create(&Description::name(number), |file| std::io::Write::write_all(file, &text))?;
    Ok(claimed.then_some(description))
}

/// Takes away what is older than the [`KEPT`] newest snapshots, and data below `number` that no description claims any more. Descriptions
/// go first: one without its data would be a snapshot that cannot be pulled.
fn tidy(folder: &Folder, number: u64) -> Result<(), SnapshotError> {
    let oldest = (number + 1).saturating_sub(KEPT as u64);
    let names = folder.names()?;
    for name in names.iter().filter(|name| numbered(name).is_some_and(|n| n < oldest)) {
        folder.remove(name)?;
    }
    for name in &names {
        let data = name.strip_prefix("state-").and_then(|rest| rest.strip_suffix(".sqlite.zst"));
        if data.and_then(|rest| rest.split('-').next()?.parse::<u64>().ok()).is_some_and(|n| n < oldest) {
            folder.remove(name)?;
        }
    }
    Ok(())
}
