//! Variables that ENV sets, in the words of steps.

use std::borrow::Cow;

use dockslim_syntax::{Dockerfile, Keyword};

use super::plan::Plan;
use super::reasons;
use super::subject::{Obstacle, Subject};
use crate::facts::{BuildStage, BuildStep, Command, may_set, unquoted};

/// Variables that official images of compilers set, and their new bases do not, with their values where these are the same in all releases
/// (docker-library, Dockerfiles of golang, rust, maven, gradle and php).
const OF_IMAGES: &[(&str, &str, Option<&str>)] = &[
    ("golang", "GOPATH", Some("/go")),
    ("golang", "GOLANG_VERSION", None),
    ("golang", "GOTOOLCHAIN", None),
    ("gradle", "GRADLE_HOME", Some("/opt/gradle")),
    ("gradle", "GRADLE_VERSION", None),
    ("maven", "MAVEN_HOME", Some("/usr/share/maven")),
    ("maven", "MAVEN_CONFIG", None),
    ("openjdk", "JAVA_VERSION", None),
    ("php", "PHP_INI_DIR", Some("/usr/local/etc/php")),
    ("php", "APACHE_CONFDIR", Some("/etc/apache2")),
    ("php", "APACHE_ENVVARS", Some("/etc/apache2/envvars")),
    ("php", "GPG_KEYS", None),
    ("php", "PHPIZE_DEPS", None),
    ("php", "PHP_ASC_URL", None),
    ("php", "PHP_CFLAGS", None),
    ("php", "PHP_CPPFLAGS", None),
    ("php", "PHP_EXTRA_BUILD_DEPS", None),
    ("php", "PHP_EXTRA_CONFIGURE_ARGS", None),
    ("php", "PHP_LDFLAGS", None),
    ("php", "PHP_SHA256", None),
    ("php", "PHP_URL", None),
    ("php", "PHP_VERSION", None),
    ("rust", "CARGO_HOME", Some("/usr/local/cargo")),
    ("rust", "RUSTUP_HOME", Some("/usr/local/rustup")),
    ("rust", "RUST_VERSION", None),
];

/// The variables that an image sets, with their values where these are known.
pub(super) fn of_image(image: &str) -> impl Iterator<Item = (&'static str, Option<&'static str>)> {
    let name = image.split([':', '@']).next().unwrap_or(image);
    let windows = image.contains("windows") || image.contains("nanoserver");
    let apache = image.contains("apache");
    let own = OF_IMAGES.iter().filter(move |(of, variable, _)| {
        *of == name && !windows && (apache || !variable.starts_with("APACHE_"))
    });
    own.map(|(_, name, value)| (*name, *value))
}

/// Whether a path leads anywhere from anywhere, also by a variable of the image.
pub(super) fn leads_away(image: &str, path: &str) -> bool {
    let mut known = of_image(image).filter(|(_, value)| value.is_some());
    path.starts_with('/')
        || known.any(|(name, _)| {
            let rest = path.strip_prefix(&format!("${name}"));
            let rest = rest.or_else(|| path.strip_prefix(&format!("${{{name}}}")));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
}

/// Whether a text reads a variable.
fn reads(text: &str, name: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let bare = format!("${name}");
    text.contains(&format!("${{{name}"))
        || text.match_indices(&bare).any(|(at, _)| !text[at + bare.len()..].starts_with(part))
}

/// A path in which a variable of the image leads to a folder, with the value of that.
fn from_folder<'w>(step: &BuildStep<'_>, image: &str, path: &'w str) -> Cow<'w, str> {
    let known = of_image(image).filter(|(name, _)| !step.state.sets(name));
    for (name, value) in known {
        let Some(value) = value else { continue };
        for sign in [format!("${{{name}}}"), format!("${name}")] {
            let Some(at) = path.rfind(&sign) else { continue };
            let rest = &path[at + sign.len()..];
            // What stands in front of it is another folder, which it leads away from.
            if (path[..at].is_empty() || path[..at].ends_with('/'))
                && (rest.is_empty() || rest.starts_with('/'))
            {
                return Cow::Owned(format!("{value}{rest}"));
            }
        }
    }
    Cow::Borrowed(path)
}

/// Sets variables of the old base in the new stage where something of it reads them.
pub(super) fn tell(
    subject: &Subject<'_, '_>,
    plan: &mut Plan,
    copies: bool,
) -> Result<(), Obstacle> {
    let dockerfile = subject.build.dockerfile;
    let builds = |kind: Keyword| matches!(kind, Keyword::Run | Keyword::Copy | Keyword::Add);
    let steps = &subject.stage.steps;
    let last = steps.iter().rposition(|step| builds(step.instruction.kind));
    for (number, step) in steps.iter().enumerate() {
        let moves = match step.instruction.kind {
            Keyword::Run | Keyword::From => false,
            // In front of the last step of the build it is written anew.
            Keyword::Workdir => copies || last.is_none_or(|last| number > last),
            Keyword::Copy | Keyword::Add => copies,
            _ => true,
        };
        let text = step.text(dockerfile);
        for (name, value) in of_image(subject.image) {
            let told = plan.settings.iter().any(|(known, _)| known == name);
            if !moves || told || step.state.sets(name) || !reads(&text, name) {
                continue;
            }
            match value {
                Some(value) => plan.settings.insert(0, (name.to_owned(), value.to_owned())),
                None => {
                    let line = dockerfile.line(step.instruction.span.start);
                    let message = format!("line {line} reads {name}, which only its old base sets");
                    return Err((&reasons::UNREAD_COMMAND, message));
                }
            }
        }
    }
    Ok(())
}

/// A path that a step names, with the values that its image has, and that ENV has set in front of it; `None` if another variable is in it, or one
/// that is set twice.
pub(super) fn expanded<'w>(
    step: &BuildStep<'_>,
    image: &str,
    path: &'w str,
) -> Option<Cow<'w, str>> {
    match from_folder(step, image, path) {
        Cow::Borrowed(path) => by_settings(step, path),
        Cow::Owned(path) => by_settings(step, &path).map(|path| Cow::Owned(path.into_owned())),
    }
}

/// A path with the values that ENV has set.
fn by_settings<'w>(step: &BuildStep<'_>, path: &'w str) -> Option<Cow<'w, str>> {
    let once = |name: &str| {
        let set = step.state.settings.iter().filter(|setting| setting.name == name);
        set.count() == 1
            || !path.contains(&format!("${name}")) && !path.contains(&format!("${{{name}"))
    };
    let all = step.state.settings.iter().all(|setting| once(&setting.name));
    all.then(|| step.state.expanded(path)).flatten()
}

/// The words of a command of RUN, with such values in place of variables that its script does not set.
pub(super) fn words<'c>(
    dockerfile: &Dockerfile<'_>,
    step: &BuildStep<'_>,
    image: &str,
    command: &'c Command<'_>,
) -> Vec<Option<Cow<'c, str>>> {
    let text = step.text(dockerfile);
    let read = |(at, word): (usize, &'c Option<Cow<'_, str>>)| match word {
        Some(word) => Some(Cow::Borrowed(&**word)),
        None => {
            let raw = command.raw_word(dockerfile, at);
            let bare = raw.trim_matches('"');
            let own = step
                .state
                .settings
                .iter()
                .any(|setting| bare.contains(&*setting.name) && may_set(&text, &setting.name));
            let plain = bare.chars().all(|c| c.is_ascii_alphanumeric() || "${}/-_.".contains(c));
            let value = expanded(step, image, bare).filter(|_| plain && !own)?;
            Some(Cow::Owned(value.into_owned()))
        }
    };
    command.words.iter().enumerate().map(read).collect()
}

/// The words that a variable stands for which is all of a word, such as `$JAVA_OPTS`, when the container starts; `None` if ENV does not
/// set it, or not to words that are known.
pub(super) fn stands_for(stage: &BuildStage<'_>, raw: &str) -> Option<Vec<String>> {
    let name = raw.trim_matches('"').strip_prefix('$')?;
    let name = name.strip_prefix('{').and_then(|name| name.strip_suffix('}')).unwrap_or(name);
    let last = stage.steps.last().filter(|step| step.instruction.kind != Keyword::Env)?;
    let setting = last.state.settings.iter().rev().find(|setting| setting.name == name)?;
    let value = setting.value.as_deref().filter(|_| !setting.is_argument).map(unquoted)?;
    match value.contains(['$', '\\', '`']) {
        true => None,
        false if raw.starts_with('"') => Some(vec![value]),
        false => Some(value.split_whitespace().map(str::to_owned).collect()),
    }
}
