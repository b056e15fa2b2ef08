//! The COPY instructions before an install: what they bring from the context, and where to.

use dockslim_contract::{BuildContext, source_path};
use dockslim_syntax::Dockerfile;

use crate::facts::{BuildStage, BuildStep, absolute, is_within};
use crate::knowledge::base_image;

/// What stands for the WORKDIR of a base image that is not known.
pub(super) const SOMEWHERE: &str = "/the-folder-of-the-base-image";

/// The folder that a step runs in, from what WORKDIR says, or the base image.
pub(super) fn folder(stage: &BuildStage<'_>, step: &BuildStep<'_>) -> String {
    let image = stage.image.as_deref().and_then(base_image);
    let start = image.map_or(SOMEWHERE, |image| image.workdir());
    let set = step.state.workdir.as_deref().unwrap_or(start);
    let led = step.state.expanded(set);
    // A relative one stands behind the one before, if its text shows that.
    let led = led.filter(|led| led.starts_with('/') || !set.starts_with('$'));
    led.and_then(|led| absolute(&led, Some(start))).unwrap_or_else(|| SOMEWHERE.to_owned())
}

/// Whether every source that a file takes from the context is there.
pub(super) fn all_resolve(dockerfile: &Dockerfile<'_>, context: &BuildContext) -> bool {
    crate::facts::context_sources(dockerfile).iter().all(|source| match source.text() {
        Some(text) if source_path(text).is_empty() => true,
        Some(text) => context.matching(text).is_some_and(|paths| !paths.is_empty()),
        None => true,
    })
}

/// Whether a folder is one that programs share: what is copied there may be read by anything.
///
/// The names are those of the Filesystem Hierarchy Standard 3.0. `system` asks for a package manager of
/// the system, which also writes below /var and /usr.
pub(crate) fn is_shared(place: &str, system: bool) -> bool {
    const EXACTLY: &[&str] =
        &["/", "/usr", "/usr/src", "/usr/local", "/usr/share", "/var", "/root", "/home"];
    const WITH_ALL: &[&str] = &[
        "/bin",
        "/boot",
        "/dev",
        "/etc",
        "/lib",
        "/lib32",
        "/lib64",
        "/proc",
        "/run",
        "/sbin",
        "/sys",
        "/usr/bin",
        "/usr/include",
        "/usr/lib",
        "/usr/lib64",
        "/usr/libexec",
        "/usr/sbin",
        "/usr/local/bin",
        "/usr/local/etc",
        "/usr/local/include",
        "/usr/local/lib",
        "/usr/local/sbin",
        "/usr/local/share",
        "/var/cache",
        "/var/lib",
        "/var/run",
        "/var/spool",
        "/var/tmp",
        SOMEWHERE,
    ];
    let home = place.strip_prefix("/home/").is_some_and(|name| !name.contains('/'));
    let dotted =
        ["/root/", "/home/"].iter().any(|at| place.starts_with(at)) && place.contains("/.");
    let written = system
        && (is_within(place, "/var")
            || is_within(place, "/usr/share")
            || (is_within(place, "/opt") && place == "/opt"));
    home || dotted
        || written
        || EXACTLY.contains(&place)
        || WITH_ALL.iter().any(|folder| is_within(place, folder))
}
