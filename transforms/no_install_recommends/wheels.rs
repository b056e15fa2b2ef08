//! Whether pip, which recommends compilers, is asked for nothing that it would compile.

use dockslim_syntax::Keyword;

use super::Install;
use super::losses::{later_commands, unread_texts};
use crate::facts::{
    BuildStep, Command, Readers, Use, call_what_compilers_bring, files_build, used_by,
};
use crate::knowledge::{
    Recommendation, compiling_call, library_name, python_of_suite, suite_of_image,
};
use crate::slim_base::takes_wheels;

/// The packages that recommend compilers for the sake of pip alone.
pub(super) const INSTALLERS: &[&str] = &["python3-pip", "python3-virtualenv", "virtualenv"];
/// What they recommend for that.
const FOR_PIP: &[&str] = &["build-essential", "python3-dev", "python3-setuptools"];

/// Programs that configure, build or install, by whatever they find.
const BUILDERS: &[&str] = &[
    "autogen.sh",
    "b2",
    "bjam",
    "bootstrap.sh",
    "buildconf",
    "cpanm",
    "easy_install",
    "gradlew",
    "mvnw",
    "node-gyp",
    "perl",
    "pipx",
    "ruby",
    "rustup",
    "tox",
    "waf",
];

/// Whether a package asks for another one for nothing but what pip compiles.
pub(super) fn is_for_pip(package: &str, lost: &Recommendation) -> bool {
    INSTALLERS.contains(&package) && FOR_PIP.contains(&lost.name.as_str())
}

/// Whether all that is installed and called behind an install needs no compiler: pip is asked for nothing but packages that come as wheels
/// for this Python, and neither a step nor a file of the project builds or installs anything else.
pub(super) fn compiles_nothing(install: &Install<'_, '_>, compilers: &Recommendation) -> bool {
    let image = install.stage.image.as_deref();
    let own = image.filter(|image| matches!(library_name(image), Some("debian" | "ubuntu")));
    let suite = own.and_then(suite_of_image);
    let Some(python) = suite.and_then(python_of_suite) else { return false };
    let source = install.build.dockerfile.source;
    if ["PIP_", "pip.conf", "pip config"].iter().any(|sign| source.contains(sign)) {
        return false;
    }
    let readers = Readers { programs: &compilers.programs, manager: &[] };
    let is_alone = installs_make(install);
    let behind = &source[install.command().span.end..];
    unread_texts(install).next().is_none()
        && later_commands(install).all(|(step, number, command)| {
            is_plain(install, (step, number, command), python, readers)
        })
        && install.facts.context.is_some_and(|context| {
            !files_build(context, &compilers.programs, &compilers.signs, is_alone)
                && !call_what_compilers_bring(behind, context, &|name| name == "procps")
        })
}

/// Whether a command behind the install builds nothing.
fn is_plain<'t>(
    install: &Install<'_, 't>,
    (step, number, command): (&BuildStep<'t>, usize, &Command<'t>),
    python: &str,
    readers: Readers<'_>,
) -> bool {
    let build = install.build;
    let runs = step.instruction.kind == Keyword::Run;
    let text = command.text(build.dockerfile);
    if step.onbuild || text.contains("setup.py") || compiling_call(&text).is_some() {
        return false;
    }
    match command.manager.map(|manager| manager.name.as_str()) {
        Some("apt") => {
            command.package_call().is_some_and(|call| !call.is("build-dep") && !call.is("source"))
        }
        Some("pip") if runs => takes_wheels(install.facts, build, install.stage, python, command),
        Some(_) => false,
        None => {
            let name = command.program_name().unwrap_or_default();
            match used_by(build, step, step.content.commands(), number, readers) {
                Use::None => !BUILDERS.contains(&name),
                Use::Reads => false,
                // What a container starts is a file of the project, or was looked at where it came from.
                Use::Unknown => !runs,
            }
        }
    }
}

/// Whether an install of the stage names make.
fn installs_make(install: &Install<'_, '_>) -> bool {
    let mut commands = install.stage.steps.iter().flat_map(|step| step.content.commands());
    commands.any(|command| {
        command.package_call().is_some_and(|call| call.manager.name == "apt" && call.is("install"))
            && command.words.iter().flatten().any(|word| word == "make")
    })
}
