//! What else is in the way of a new order: variables that lead an install to what is copied, and copies that would write over
//! what it has made, or over each other, or that make a folder.

use dockslim_contract::BuildContext;
use dockslim_syntax::Keyword;

use super::copies::{SOMEWHERE, folder};
use super::installs::touch;
use super::project::Reads;
use super::reasons;
use super::{Before, because};
use crate::facts::{BuildStage, BuildStep, Copied, absolute, below, is_within};
use crate::pass::Refusal;

/// Names of variables by which they find settings and certificates, and where they install to.
pub(super) const PREFIXES: [&str; 35] = [
    "PIP_",
    "NPM_CONFIG_",
    "YARN_",
    "PNPM_",
    "BUN_",
    "POETRY_",
    "UV_",
    "PIPENV_",
    "WORKON_",
    "BUNDLE_",
    "GEM_",
    "COMPOSER",
    "APT_",
    "VIRTUAL_ENV",
    "PYTHONUSERBASE",
    "HOME",
    "NODE_EXTRA_CA_CERTS",
    "SSL_CERT",
    "REQUESTS_CA",
    "CURL_CA",
    "GIT_",
    "GOOGLE_APPLICATION",
    "XDG_",
    "GOPATH",
    "GOMODCACHE",
    "GOENV",
    "GOPROXY",
    "NETRC",
    "MAVEN_",
    "GRADLE_",
    "JAVA_OPTS",
    "JAVA_TOOL_OPTIONS",
    "NUGET_",
    "MIX_",
    "HEX_",
];

/// Whether variables lead package managers to files that are copied.
pub(super) fn environment(
    step: &BuildStep<'_>,
    copies: &[Copied<'_>],
    fills: &[String],
) -> Result<(), Refusal> {
    const NEVER: [&str; 25] = [
        "PIP_CONFIG_FILE",
        "PIP_REQUIREMENT",
        "PIP_CONSTRAINT",
        "PIP_FIND_LINKS",
        "PIP_TARGET",
        "PIP_EDITABLE",
        "PIP_SRC",
        "UV_CONFIG_FILE",
        "UV_PROJECT",
        "UV_WORKING_DIR",
        "UV_WORKING_DIRECTORY",
        "UV_CONSTRAINT",
        "UV_BUILD_CONSTRAINT",
        "UV_OVERRIDE",
        "UV_FIND_LINKS",
        "PIPENV_PIPFILE",
        "PIPENV_DOTENV_LOCATION",
        "BUNDLE_GEMFILE",
        "RUBYOPT",
        "RUBYLIB",
        "PHP_INI_SCAN_DIR",
        "NODE_OPTIONS",
        "BASH_ENV",
        "LD_PRELOAD",
        "PYTHONSTARTUP",
    ];
    // What they name is filled, wherever it is.
    const FOLDERS: [&str; 5] = [
        "GRADLE_USER_HOME",
        "MAVEN_USER_HOME",
        "POETRY_VIRTUALENVS_PATH",
        "UV_PROJECT_ENVIRONMENT",
        "WORKON_HOME",
    ];
    let settings = &step.state.settings;
    for setting in settings.iter() {
        let name = setting.name.to_ascii_uppercase();
        let value = setting.value.as_deref().unwrap_or_default();
        let path = name == "PATH";
        let leads = path || PREFIXES.iter().any(|prefix| name.starts_with(prefix));
        let into = |copied: &Copied<'_>| {
            value.split([':', ' ', '"', '\'']).any(|entry| match entry.split_once('$') {
                Some(("", "PATH" | "{PATH}")) => false,
                // A path behind a variable is looked up; what is not known may lead anywhere.
                Some(("", rest)) => {
                    let end = rest.find('/').unwrap_or(rest.len());
                    let name = rest[..end].trim_matches(['{', '}']);
                    let known = settings.iter().rev().find(|setting| setting.name == name);
                    let known = known.and_then(|setting| setting.value.as_deref());
                    let whole = known.map(|value| format!("{value}{}", &rest[end..]));
                    path && whole.is_none_or(|whole| leads_into(&whole, copied, fills))
                }
                Some(_) => path,
                None => leads_into(entry, copied, fills),
            })
        };
        // A relative one lies in the project.
        let inside = FOLDERS.contains(&name.as_str())
            && !value.starts_with(['/', '$'])
            && value.trim_end_matches('/') != ".venv";
        if NEVER.contains(&name.as_str()) || inside || (leads && copies.iter().any(into)) {
            let message =
                format!("the variable {} leads the package manager to files", setting.name);
            return Err((&reasons::ENVIRONMENT, message));
        }
    }
    Ok(())
}

/// Whether a path is one where a copy writes. What an install itself fills holds nothing yet.
fn leads_into(path: &str, copied: &Copied<'_>, fills: &[String]) -> bool {
    let place = absolute(path, None);
    let inside = place.as_ref().map_or(path.contains('$'), |path| touch(path, &copied.place));
    let filled = place.is_some_and(|path| fills.iter().any(|fill| is_within(&path, fill)));
    inside && !filled && !path.contains("node_modules") && path != "/"
}

/// Whether a copy behind the install would write over what it has made. Gives the path of the context that would do so if
/// there were something at it: there is nothing, but .dockerignore does not say so.
pub(super) fn written_over(
    context: &BuildContext,
    before: &Before<'_>,
    moved: &[usize],
    reads: &Reads,
) -> Result<Option<String>, Refusal> {
    let mut bare = None;
    for copied in moved.iter().map(|at| &before.copies[*at]) {
        for place in &reads.fills {
            let source = copied.source_of(place);
            let inside = copied
                .brings
                .iter()
                .any(|brought| touch(&brought.place, place) && source.is_none());
            if inside || source.as_ref().is_some_and(|source| context.exists(source)) {
                let name = source.as_deref().unwrap_or(place);
                let message =
                    format!("COPY brings `{name}`, and the install fills it: {}", hiding(name));
                return Err((&reasons::NOT_HIDDEN, message));
            }
            bare = bare.or(source.filter(|source| !context.rules().hides_all(source)));
        }
        for source in reads.asks.iter().filter_map(|place| copied.source_of(place)) {
            if context.exists(&source) {
                let message = format!(
                    "the version of the project, or what belongs to it, is read from `{source}`: {}",
                    hiding(&source)
                );
                return Err((&reasons::READS_MORE, message));
            }
            bare = bare.or(Some(source).filter(|source| !context.rules().hides_all(source)));
        }
        let exists =
            |place: &String| copied.source_of(place).is_some_and(|source| context.exists(&source));
        if reads.writes.iter().any(exists) {
            return Err(because(&reasons::LOCKFILE));
        }
    }
    Ok(bare)
}

/// What a reader should know where nothing hides a folder that the install fills.
pub(super) fn rests_on(name: &str) -> String {
    format!("right as long as the context holds no `{name}`: {}", hiding(name))
}

/// How a folder is hidden.
fn hiding(name: &str) -> &'static str {
    // What is written there for these does not ask whether they are there today.
    let last = name.rsplit('/').next();
    let known = matches!(last, Some("node_modules" | ".venv" | ".git")) || name == "vendor";
    if known { "`dockslim ignore --write` hides it" } else { "add it to .dockerignore" }
}

/// Whether a copy that moves passes another one that writes the same files.
pub(super) fn overlap(
    context: &BuildContext,
    before: &Before<'_>,
    number: usize,
    moved: &[usize],
) -> Result<(), Refusal> {
    let copied = &before.copies[number];
    let inside = |place: &str| copied.brings.iter().any(|brought| touch(place, &brought.place));
    let passed = before.others.iter().filter(|(step, _)| *step > copied.step);
    if passed.map(|(_, place)| place).any(|place| place.as_deref().is_none_or(inside)) {
        return Err(because(&reasons::COPIES_OVERLAP));
    }
    for at in (number + 1..before.copies.len()).filter(|at| !moved.contains(at)) {
        for brought in &before.copies[at].brings {
            // Without a slash at its end the target may be a folder that is there.
            let name = brought.source.rsplit('/').next().unwrap_or_default();
            for place in [brought.place.clone(), below(&brought.place, name)] {
                let source = copied.source_of(&place).filter(|source| context.exists(source));
                if source.is_some_and(|source| source != brought.source) {
                    return Err(because(&reasons::COPIES_OVERLAP));
                }
            }
        }
    }
    Ok(())
}

/// Whether a copy makes the folder that it writes to, with a mode or owner that would be another if
/// something else makes it first: a part of it that is `used` before, or a WORKDIR. A WORKDIR in front of it has done so already.
pub(super) fn makes_folder(
    stage: &BuildStage<'_>,
    copied: &Copied<'_>,
    number: usize,
    used: bool,
) -> Result<(), Refusal> {
    let step = &stage.steps[copied.step];
    // The folder that a base image names as its own is there, too.
    let is_there = folder(stage, step) == copied.place && !is_within(&copied.place, SOMEWHERE);
    let whole = copied.brings.iter().all(|brought| !brought.folder || brought.source.is_empty());
    let plain = !copied.has_flags() && whole;
    // What WORKDIR makes for root is what COPY makes on its way, but not what it takes from the context.
    let alike = |step: &BuildStep<'_>, next: &BuildStep<'_>| {
        let above = !copied.has_flags() && !is_within(&folder(stage, next), &copied.place);
        (plain || above) && stage.is_root(step)
    };
    let mut between = stage.steps[copied.step..=number].windows(2);
    let decides = between
        .any(|pair| pair[0].instruction.kind == Keyword::Workdir && !alike(&pair[0], &pair[1]));
    let differs = if used { !plain } else { decides };
    if !is_there && differs { Err(because(&reasons::NEW_FOLDER)) } else { Ok(()) }
}
