//! What `verify` and `fix --verify` do alike: which file they look at, what they know of it, and how it is built and asked.

use std::path::{Path, PathBuf};

use dockslim_syntax::parse;

use crate::args::BuildingArgs;
use crate::builder::Job;
use crate::error::Error;
use crate::files;
use crate::project::{Admission, Known, Project};
use crate::verify::Smoke;

/// The file that a path stands for.
pub(super) fn one_file(path: &Path) -> Result<PathBuf, Error> {
    let mut found = files::discover(&[path.to_owned()]);
    if let Some(error) = found.errors.pop() {
        return Err(error);
    }
    let plain = path.strip_prefix(".").unwrap_or(path).join("Dockerfile");
    if path.is_dir() && found.files.len() != 1 && plain.is_file() {
        return Ok(plain);
    }
    match <[PathBuf; 1]>::try_from(found.files) {
        Ok([file]) => Ok(file),
        Err(files) => Err(Error::NotOneFile { path: path.to_owned(), count: files.len() }),
    }
}

/// What is known of the file at `path`, or of standard input, which messages call `name`.
///
/// # Errors
/// A file that is left alone, a configuration that cannot be read, and a build context that cannot be used.
pub(super) fn known(
    project: &Project,
    path: Option<&Path>,
    name: &str,
    text: &str,
    args: &BuildingArgs,
) -> Result<Known, Error> {
    let name = || name.to_owned();
    let configured = match project.admit(path, &name(), text)? {
        Admission::Admitted(configured) => configured,
        Admission::Foreign(foreign) => {
            let (line, message) = (foreign.line, foreign.message);
            return Err(Error::Foreign { name: name(), line, message });
        }
        Admission::Excluded(origin) => return Err(Error::Excluded { name: name(), origin }),
    };
    let mut known = project.known(configured, path, &parse(text))?;
    known.settings.options.targets.extend(args.target.clone());
    Ok(known)
}

/// What is the same in all builds.
pub(super) fn job(args: &BuildingArgs, context: PathBuf) -> Job {
    Job {
        context,
        target: args.target.clone(),
        build_args: args.build_arg.clone(),
        platform: args.platform.clone(),
        more: args.engine_arg.clone(),
    }
}

/// How images are asked, if they are.
pub(super) fn smoke(args: &BuildingArgs, inside: &[String]) -> Option<Smoke> {
    let script = args.smoke.clone().map(|path| {
        // Beside this folder, and not somewhere on PATH.
        let is_bare = path.components().count() == 1 && path.is_file();
        Smoke::Script(if is_bare { Path::new(".").join(path) } else { path })
    });
    script.or_else(|| (!inside.is_empty()).then(|| Smoke::Inside(inside.to_vec())))
}
