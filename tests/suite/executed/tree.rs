//! What lies in a folder, as a value: read from a disk, compared, laid out on a disk.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

/// Everything below a folder, by its path from there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Tree(BTreeMap<PathBuf, Thing>);

/// Something in a folder; the numbers are modes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Thing {
    Folder(u32),
    File(u32, Vec<u8>),
    Link(PathBuf),
}

impl Tree {
    /// What is there.
    pub(super) fn read(folder: &Path) -> Self {
        let mut tree = Self::default();
        tree.survey(folder, Path::new(""));
        tree
    }

    fn survey(&mut self, folder: &Path, name: &Path) {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let (path, name) = (entry.path(), name.join(entry.file_name()));
            let about = entry.metadata().unwrap();
            let mode = about.permissions().mode() & 0o7777;
            let thing = if about.is_dir() {
                self.survey(&path, &name);
                Thing::Folder(mode)
            } else if about.is_symlink() {
                Thing::Link(fs::read_link(&path).unwrap())
            } else {
                Thing::File(mode, fs::read(&path).unwrap())
            };
            self.0.insert(name, thing);
        }
    }

    /// Adds a file, and the folders above it.
    pub(super) fn add(&mut self, path: &Path, mode: u32, text: &str) {
        self.add_folder(path.parent().unwrap()).unwrap();
        self.0.insert(path.to_owned(), Thing::File(mode, text.into()));
    }

    /// The same with a folder and those above it; `None` where something else is in the way.
    pub(super) fn with_folder(self: Rc<Self>, path: &Path) -> Option<Rc<Self>> {
        if matches!(self.0.get(path), Some(Thing::Folder(_))) {
            return Some(self);
        }
        let mut tree = Rc::unwrap_or_clone(self);
        tree.add_folder(path)?;
        Some(Rc::new(tree))
    }

    /// Adds a folder and those above it where they are missing; `None` where something else is in the way.
    fn add_folder(&mut self, path: &Path) -> Option<()> {
        let mut whole = PathBuf::new();
        for part in path.components() {
            let Component::Normal(name) = part else { return None };
            whole.push(name);
            match self.0.get(&whole) {
                Some(Thing::Folder(_)) => {}
                Some(_) => return None,
                None => drop(self.0.insert(whole.clone(), Thing::Folder(0o755))),
            }
        }
        Some(())
    }

    /// Makes a folder, in which `now` lies, hold this instead.
    pub(super) fn lay_out(&self, folder: &Path, now: &Tree) {
        for (path, thing) in now.0.iter().rev() {
            match (thing, self.0.get(path)) {
                (Thing::Folder(_), Some(Thing::Folder(_))) => {}
                (Thing::Folder(_), _) => fs::remove_dir(folder.join(path)).unwrap(),
                (_, wanted) if wanted == Some(thing) => {}
                _ => fs::remove_file(folder.join(path)).unwrap(),
            }
        }
        for (path, thing) in &self.0 {
            let (old, path) = (now.0.get(path), folder.join(path));
            if old == Some(thing) {
                continue;
            }
            let mode = match thing {
                Thing::Folder(mode) => {
                    if !matches!(old, Some(Thing::Folder(_))) {
                        fs::create_dir(&path).unwrap();
                    }
                    mode
                }
                Thing::File(mode, text) => {
                    fs::write(&path, text).unwrap();
                    mode
                }
                Thing::Link(target) => {
                    symlink(target, &path).unwrap();
                    continue;
                }
            };
            fs::set_permissions(&path, Permissions::from_mode(*mode)).unwrap();
        }
    }

    /// Each path with what is there, in words.
    pub(super) fn lines(&self) -> impl Iterator<Item = (String, String)> {
        self.0.iter().map(|(path, thing)| {
            let (mode, text) = match thing {
                Thing::Folder(mode) => (*mode, "folder".into()),
                Thing::File(mode, text) => (*mode, String::from_utf8_lossy(text)),
                Thing::Link(target) => {
                    (0o777, String::from_utf8_lossy(target.as_os_str().as_bytes()))
                }
            };
            (path.display().to_string(), format!("{mode:o} {text}"))
        })
    }
}
