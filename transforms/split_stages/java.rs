//! Java: classes or jars, with a runtime of the same version, or with the modules that they need.

mod above;
mod class_path;
mod kits;
mod of_debian;
mod options;
mod programs;

use dockslim_contract::BuildContext;

use above::led;
use class_path::named_by_jar;
pub(super) use class_path::{alone, class_path, finds_java};
pub(super) use kits::kit_of;
use kits::uses_the_kit_alone;
pub(super) use of_debian::put_together_on_debian;
pub(super) use programs::finds_programs;
use programs::starts_what_it_names;

use super::compiled::{Made, RunsOn, plan};
use super::effects::{Done, Effect};
use super::gone::{Fate, fate};
use super::launch::base_name;
use super::plan::Plan;
use super::reasons;
use super::subject::{Obstacle, Subject, because};
use crate::facts::{absolute, is_within};
use crate::knowledge::suite_of_image;
use crate::slim_base::calls_kit;

/// Where Temurin's own images have their runtime, and the new stage, too.
const HOME: &str = "/opt/java/openjdk";

/// Modules that no class names, since they are found when the program runs: elliptic curves for TLS, file systems in archives, more
/// character sets, and names looked up by DNS.
const SERVICES: [&str; 4] = ["jdk.charsets", "jdk.crypto.ec", "jdk.naming.dns", "jdk.zipfs"];

/// The module that knows how languages other than English write dates and numbers (JDK, `jdk.localedata`).
const LANGUAGES: &str = "jdk.localedata";

/// Plans the two stages of a Java program.
pub(super) fn split(subject: &Subject<'_, '_>) -> Result<Plan, Obstacle> {
    if let Some(path) = subject.context.and_then(calls_kit) {
        return Err((&reasons::RUNS_TOOLCHAIN, format!("{path} calls a tool of the kit of Java")));
    }
    keeps_types(subject)?;
    finds_java(subject)?;
    if starts_source(subject) {
        let message = "java is told to compile a source when it starts".to_owned();
        return Err((&reasons::RUNS_TOOLCHAIN, message));
    }
    let Artefacts { all, jars, class_folders, plain } = artefacts(subject)?;
    let made = Made { artefacts: all, runs_on: RunsOn::Runtime("java") };
    let mut plan = plan(subject, &made, &[])?;
    let targets = [class_folders, jars].concat().join(" ");
    let targets = Some(targets).filter(|targets| !targets.is_empty());
    let asked = options::modules(subject).filter(|_| plain && tells_its_modules(subject));
    match targets.zip(asked) {
        Some((targets, asked)) => {
            let languages = speaks_languages(subject);
            put_together(subject.image, &mut plan, &targets, asked, languages);
        }
        None => runtime(subject, &mut plan)?,
    }
    options::take_files(subject, &mut plan)?;
    finds_programs(subject, &plan)?;
    Ok(plan)
}

/// Refuses a program that asks for types of files which only a list of the old image may know: Java looks into /etc/mime.types (JDK,
/// `Files.probeContentType`), and openjdk's images that are built on Debian's with version control hold it, those of Temurin do not.
pub(super) fn keeps_types(subject: &Subject<'_, '_>) -> Result<(), Obstacle> {
    const LISTS: [&str; 3] = ["mailcap", "media-types", "mime-support"];
    let small = ["temurin", "slim", "alpine", "oracle"].iter().any(|it| subject.image.contains(it));
    let listed = subject.packages().iter().any(|name| LISTS.contains(&name.as_str()));
    if small || listed || !subject.image.contains("openjdk") {
        return Ok(());
    }
    let mut sources = subject.context.into_iter().flat_map(BuildContext::entries);
    let asks = |path: &str| {
        let source = [".java", ".kt", ".scala", ".groovy"].iter().any(|end| path.ends_with(end));
        let text = || subject.context.and_then(|context| context.text(path)).unwrap_or_default();
        source && text().contains("probeContentType")
    };
    match sources.find(|(path, _)| asks(path)) {
        Some((path, _)) => {
            let message =
                format!("{path} asks for types of files, whose list nothing is known to bring");
            Err((&reasons::PACKAGES, message))
        }
        None => Ok(()),
    }
}

/// Whether the modules that a program needs can be read from it, and a runtime of these runs on slim Debian.
fn tells_its_modules(subject: &Subject<'_, '_>) -> bool {
    version(subject.image).is_none_or(|version| version >= 17)
        && !subject.image.contains("alpine")
        && runs_on_debian(subject.image)
        && knows_all(subject)
        && asks_for_no_country(subject)
        && speaks_by_itself(subject)
        && starts_what_it_names(subject)
}

/// Whether `java` is given a source in place of a class (JDK, "Launching Single-File Source-Code Programs").
fn starts_source(subject: &Subject<'_, '_>) -> bool {
    subject.launch.commands.iter().any(|words| {
        let words: Vec<&str> = words.iter().flatten().map(String::as_str).collect();
        let java = words.first().is_some_and(|word| base_name(word) == "java");
        let told = words.iter().take_while(|word| !matches!(**word, "-jar" | "-cp" | "-classpath"));
        java && { told }.any(|word| word.starts_with("--source"))
    })
}

/// Puts a runtime together of the modules that `targets` need and those that options ask for, for slim Debian of the release of an image;
/// `languages` says whether it writes others than English.
fn put_together(
    image: &str,
    plan: &mut Plan,
    targets: &str,
    asked: Vec<&'static str>,
    languages: bool,
) {
    let suite = suite_of_image(image).filter(|suite| RELEASES.contains(suite));
    let suite = suite.unwrap_or(FOLLOWING);
    plan.base = format!("debian:{suite}-slim");
    link(plan, targets, asked, languages);
    plan.settings.push(("JAVA_HOME".to_owned(), HOME.to_owned()));
    plan.settings.push(("PATH".to_owned(), format!("{HOME}/bin:$PATH")));
    plan.settings.push(("LANG".to_owned(), "C.UTF-8".to_owned()));
}

/// Adds the step that puts the modules together, and takes them from there.
fn link(plan: &mut Plan, targets: &str, asked: Vec<&'static str>, languages: bool) {
    let mut services = [asked, SERVICES.to_vec()].concat();
    if languages {
        services.push(LANGUAGES);
    }
    services.sort_unstable();
    let services = services.join(",");
    plan.added.push(format!(
        "jlink --add-modules \"$(jdeps --print-module-deps --ignore-missing-deps {targets}),{services}\" \
         --strip-java-debug-attributes --no-man-pages --no-header-files --output /jre"
    ));
    plan.take_first("/jre", HOME);
}

/// Puts a runtime together in the stage that makes a jar or a folder of classes, which the stage `last` starts; whether that is the right one.
pub(super) fn put_together_for(
    last: &Subject<'_, '_>,
    maker: &Subject<'_, '_>,
    path: &str,
    plan: &mut Plan,
) -> bool {
    let made = artefacts(maker).is_ok_and(|made| {
        let alone = match path.ends_with(".jar") {
            true => made.jars == [path],
            false => {
                made.jars.is_empty() && made.class_folders == [path] && uses_the_kit_alone(maker)
            }
        };
        made.plain && alone
    });
    match options::modules(last)
        .filter(|_| {
            options::modules(maker).is_some()
                && made
                && tells_its_modules(maker)
                && speaks_by_itself(last)
        })
        .filter(|_| asks_for_no_country(last) && runs_on_debian(last.image))
    {
        Some(asked) => {
            let languages = speaks_languages(maker) || speaks_languages(last);
            put_together(last.image, plan, path, asked, languages);
            true
        }
        None => false,
    }
}

/// Builds on a run-time environment of the same version.
pub(super) fn runtime(subject: &Subject<'_, '_>, plan: &mut Plan) -> Result<(), Obstacle> {
    let version = version(subject.image).ok_or_else(|| {
        (&reasons::PACKAGES, "the version of Java is not known by the tag".to_owned())
    })?;
    // What the official image library lists, past and present.
    if !matches!(version, 8 | 11 | 17..=25) {
        let message = format!("eclipse-temurin has no run-time environment of Java {version}");
        return Err((&reasons::PACKAGES, message));
    }
    let alpine = if subject.image.contains("alpine") { "-alpine" } else { "" };
    plan.base = format!("eclipse-temurin:{version}-jre{alpine}");
    if subject.image.starts_with("openjdk") && alpine.is_empty() {
        plan.settings.push(("LANG".to_owned(), "C.UTF-8".to_owned()));
    }
    Ok(())
}

/// Releases of Debian with slim images that runtimes go to.
const RELEASES: [&str; 4] = ["buster", "bullseye", "bookworm", "trixie"];

/// What follows Debian's release, for kits of other systems: they stand on none of its releases that could be kept.
const FOLLOWING: &str = "stable";

/// Whether a runtime that is put together in an image runs on slim Debian: it is made of files of the kit alone. Those of openjdk
/// ask for the C library of Debian or of Oracle Linux 7 and 8, those of Temurin for glibc 2.17 (Adoptium, "Supported platforms").
fn runs_on_debian(image: &str) -> bool {
    let own = image.starts_with("eclipse-temurin:") || image == "eclipse-temurin";
    let suite = suite_of_image(image);
    own || suite.map_or_else(|| image.starts_with("openjdk:"), |suite| RELEASES.contains(&suite))
}

/// What a build of Java leaves.
pub(super) struct Artefacts {
    /// The paths, folders with a slash at their end.
    pub(super) all: Vec<String>,
    jars: Vec<String>,
    class_folders: Vec<String>,
    /// Whether nothing but the tools of the kit itself has built.
    plain: bool,
}

/// Refuses results of compilers of C: Java loads libraries by their names, which may lie anywhere (JNI, `System.loadLibrary`).
fn loads_nothing(subject: &Subject<'_, '_>) -> Result<(), Obstacle> {
    let compilers = ["gcc", "cc", "g++", "c++", "clang", "clang++"];
    let mut names = subject.done.iter().filter_map(|done| done.command.program_name());
    match names.find(|name| compilers.contains(name)) {
        Some(name) => {
            let message =
                format!("where `{name}` leaves a library that Java may load is not known");
            Err((&reasons::LANGUAGES, message))
        }
        None => Ok(()),
    }
}

/// The classes and jars that the container starts.
pub(super) fn artefacts(subject: &Subject<'_, '_>) -> Result<Artefacts, Obstacle> {
    let words = class_path(subject)?;
    loads_nothing(subject)?;
    let mut all = Vec::new();
    let mut plain = true;
    let mut class_folders: Vec<String> = Vec::new();
    for done in subject.done.iter().filter(|done| done.effect == Effect::Builds) {
        match done.command.program_name() {
            Some("javac") => {
                let folder = classes(subject, done)?;
                all.push(format!("{folder}/"));
                if !class_folders.contains(&folder) {
                    class_folders.push(folder);
                }
            }
            Some("jar" | "jdeps" | "ls") => {}
            _ => plain = false,
        }
    }
    let folder = subject.folder.as_deref();
    let mut jars = Vec::new();
    for path in words.class_path.iter().filter(|path| path.ends_with(".jar")) {
        // What a pattern stands for lies in one folder.
        let (parent, name) = path.rsplit_once('/').unwrap_or((".", path));
        let place = absolute(if parent.is_empty() { "/" } else { parent }, folder)
            .map(|parent| format!("{}/{name}", parent.trim_end_matches('/')))
            .ok_or_else(|| because(&reasons::UNREAD_COMMAND))?;
        if is_made(subject, &place) {
            jars.push(place);
        } else {
            // What its classes need of the kit is not looked into.
            plain = false;
        }
    }
    for path in words.class_path.iter().filter_map(|path| path.strip_suffix("/*")) {
        let place = absolute(path, folder).ok_or_else(|| because(&reasons::UNREAD_COMMAND))?;
        plain = false;
        if collects_jars(subject, &place) {
            all.push(format!("{place}/"));
        } else if !subject.brings(&place) {
            return Err((&reasons::NO_ARTEFACT, format!("nothing is known to bring `{path}`")));
        }
    }
    // What is not there is no part of it.
    for path in words.class_path.iter().filter(|path| !words.jar && is_folder_of_classes(path)) {
        let path = if path.is_empty() { "." } else { path };
        let place = absolute(path, folder).ok_or_else(|| because(&reasons::UNREAD_COMMAND))?;
        if holds_classes(subject, &place) {
            plain = false;
            all.push(format!("{place}/"));
        } else if !is_known_folder(subject, &class_folders, &place) {
            return Err((&reasons::NO_ARTEFACT, format!("nothing is known to bring `{path}`")));
        }
    }
    let named = match jars.as_slice() {
        [jar] if words.jar => named_by_jar(subject, jar)?,
        _ => Vec::new(),
    };
    plain &= named.is_empty();
    all.extend(named.iter().cloned());
    if words.jar && !jars.is_empty() {
        // Its manifest may name others (JAR File Specification, "Class-Path").
        let mut files = subject.context.into_iter().flat_map(BuildContext::entries);
        plain &= !files.any(|(path, _)| path.ends_with(".jar"));
    }
    if !jars.is_empty() && words.class_path.iter().all(|path| path.ends_with(".jar")) {
        // Everything is in the jars, and in what they name.
        all.retain(|path| named.contains(path));
        class_folders.clear();
    }
    // A manifest may name them, and a program look for them.
    let beside = packed(subject);
    plain &= beside.iter().all(|place| jars.contains(place));
    all.extend(beside.into_iter().filter(|place| !jars.contains(place)));
    all.extend(jars.iter().cloned());
    all.dedup();
    if all.is_empty() {
        return Err(because(&reasons::NO_ARTEFACT));
    }
    Ok(Artefacts { all, jars, class_folders, plain })
}

/// The folder that javac writes into: that of `-d`, or the one with the sources.
fn classes(subject: &Subject<'_, '_>, done: &Done<'_, '_>) -> Result<String, Obstacle> {
    let words: Vec<Option<&str>> = done.command.words.iter().map(Option::as_deref).collect();
    let line = subject.build.dockerfile.line(done.command.span.start);
    let unclear =
        || (&reasons::NO_ARTEFACT, format!("where line {line} writes its classes is not known"));
    let given = words
        .iter()
        .position(|word| *word == Some("-d"))
        .map(|at| words.get(at + 1).copied().flatten());
    match given {
        Some(path) => path.and_then(|path| led(subject, done, path)).ok_or_else(unclear),
        None => done
            .folder
            .clone()
            .filter(|folder| !super::effects::is_system_folder(folder))
            .ok_or_else(unclear),
    }
}

/// The jars that calls of `jar` make (JDK, "The jar Command").
fn packed(subject: &Subject<'_, '_>) -> Vec<String> {
    let calls = subject.done.iter().filter(|done| done.command.program_name() == Some("jar"));
    let named = calls.filter_map(|done| {
        let mut words = done.command.words.iter().skip(1).flatten();
        let verb = words.clone().next()?;
        let packs = match verb.strip_prefix("--") {
            Some(long) => matches!(long, "create" | "update"),
            None => verb.contains(['c', 'u']),
        };
        words.by_ref().filter(|_| packs).find_map(|word| {
            let name = word.strip_prefix("--file=").unwrap_or(word);
            led(subject, done, name).filter(|place| place.ends_with(".jar"))
        })
    });
    let kept = named.filter(|place| !matches!(fate(subject, place), Fate::Gone(_)));
    kept.collect()
}

/// Whether a jar is made by a step, and not one that was copied.
fn is_made(subject: &Subject<'_, '_>, place: &str) -> bool {
    let copied =
        subject.copied.iter().flat_map(|copied| &copied.brings).any(|one| one.place == place);
    !copied
        && subject.done.iter().any(|done| match &done.effect {
            Effect::Writes(paths) => paths.iter().any(|path| path == place),
            Effect::Builds => match done.command.program_name() {
                Some("jar") => {
                    let mut words = done.command.words.iter().flatten();
                    words.any(|word| led(subject, done, word).as_deref() == Some(place))
                }
                _ => done.command.package_call().is_some_and(|call| {
                    let output = match call.manager.name.as_str() {
                        "maven" => "target",
                        "gradle" => "build/libs",
                        _ => return false,
                    };
                    let folder = done.folder.as_deref().unwrap_or_default();
                    super::launch::parent_of(place)
                        == format!("{}/{output}", folder.trim_end_matches('/'))
                }),
            },
            _ => false,
        })
}

/// Whether a folder is one of a build by Maven or Gradle, whose jars it may collect.
fn collects_jars(subject: &Subject<'_, '_>, place: &str) -> bool {
    subject.done.iter().filter(|done| done.effect == Effect::Builds).any(|done| {
        let manager = done.command.package_call().map(|call| call.manager.name.as_str());
        let output = match manager {
            Some("maven") => "target",
            Some("gradle") => "build",
            _ => return false,
        };
        let folder = done.folder.as_deref().unwrap_or_default().trim_end_matches('/');
        is_within(place, &format!("{folder}/{output}"))
    })
}

/// Whether an entry of a class path is a folder with classes in it, and not with jars.
fn is_folder_of_classes(path: &str) -> bool {
    !path.ends_with(".jar") && !path.ends_with('*')
}

/// Whether a folder is one into which Maven or Gradle puts classes, or what lies beside them.
fn holds_classes(subject: &Subject<'_, '_>, place: &str) -> bool {
    let mut files = subject.context.into_iter().flat_map(BuildContext::entries);
    let of_resources = place.ends_with("/resources/main");
    collects_jars(subject, place)
        && (!of_resources || files.any(|(path, _)| path.contains("src/main/resources/")))
}

/// Whether what a folder holds comes along by other rules, or it can hold nothing.
fn is_known_folder(subject: &Subject<'_, '_>, class_folders: &[String], place: &str) -> bool {
    let either = |path: &String| is_within(place, path) || is_within(path, place);
    subject.brings(place)
        || collects_jars(subject, place)
        || class_folders.iter().any(either)
        || subject.done.iter().any(|done| match &done.effect {
            Effect::Writes(paths) | Effect::MakesFolder(paths) => paths.iter().any(either),
            _ => false,
        })
        || subject
            .copied
            .iter()
            .filter(|copied| !copied.from_context)
            .flat_map(|copied| &copied.brings)
            .any(|one| either(&one.place))
}

/// The version that a tag begins with, or names behind the name of an image that it is made of.
fn version(image: &str) -> Option<u32> {
    let tag = image.split_once(':')?.1;
    let number = |text: &str| -> Option<u32> {
        let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    };
    if image.starts_with("maven") || image.starts_with("gradle") {
        let mut parts = tag.split('-').skip(1).peekable();
        while let Some(part) = parts.next() {
            let named = part.strip_prefix("jdk").and_then(number);
            let behind =
                matches!(part, "openjdk" | "temurin" | "amazoncorretto" | "semeru" | "sapmachine");
            if let Some(version) =
                named.or_else(|| parts.peek().filter(|_| behind).and_then(|next| number(next)))
            {
                return Some(version);
            }
        }
        return None;
    }
    number(tag)
}

/// Whether what the classes need can be read from them: no source loads others by their names, asks for a service of the kit or for its
/// files, or draws (JDK, module descriptions: `uses` and `provides`).
pub(super) fn knows_all(subject: &Subject<'_, '_>) -> bool {
    const DYNAMIC: &[&str] = &[
        "Class.forName",
        "DriverManager",
        "JAVA_HOME",
        "LoginContext",
        "Security.getProvider",
        "ServiceLoader",
        "System.Logger",
        "System.getLogger",
        "ToolProvider",
        "URLClassLoader",
        "\"java.home",
        "findClass",
        "java.awt",
        "java.rmi",
        "javax.imageio",
        "javax.management",
        "javax.naming",
        "javax.script",
        "javax.swing",
        "loadClass",
    ];
    are_without(subject, DYNAMIC)
}

/// Whether no source asks for the country that an image of Temurin is set to: slim Debian has no locale of a country
/// (docker-library, eclipse-temurin: LANG is en_US.UTF-8; JDK, `Locale`, "Default locale").
fn asks_for_no_country(subject: &Subject<'_, '_>) -> bool {
    const COUNTRY: &[&str] = &[
        "Locale.getDefault",
        "getCurrencyInstance",
        "Currency.getInstance",
        "getFirstDayOfWeek",
        "WeekFields",
        "WEEK_OF",
        "user.country",
        "getCountry",
        "ResourceBundle",
        // Years and days of weeks in patterns (JDK, `DateTimeFormatter`).
        "YYYY",
        "-ww",
        "\"LANG\"",
    ];
    !subject.image.starts_with("eclipse-temurin") || are_without(subject, COUNTRY)
}

/// Whether nothing names a locale that images such as Temurin's, or a package, have made, and slim Debian has not: a kit would speak ASCII there
/// (docker-library, eclipse-temurin: `locale-gen en_US.UTF-8`; JDK, "Supported Encodings").
fn speaks_by_itself(subject: &Subject<'_, '_>) -> bool {
    const NAMES: &[&str] = &["LANG", "LC_ALL", "LC_CTYPE"];
    const EVERYWHERE: &[&str] = &["", "C", "C.UTF-8", "C.utf8", "POSIX"];
    let makes = subject.packages().iter().any(|name| name.starts_with("locales"));
    // Debian's images have no more than slim Debian.
    if RELEASES.iter().any(|suite| subject.image.contains(suite)) && !makes {
        return true;
    }
    let step = subject.stage.steps.last();
    let settings = step.map_or(&[][..], |step| step.state.settings.as_slice());
    let known = settings.iter().filter(|one| NAMES.contains(&&*one.name)).all(|one| {
        let value = one.value.as_deref().map(|value| value.trim_matches(['"', '\'']));
        value.is_some_and(|value| EVERYWHERE.contains(&value))
    });
    let sets = |text: &str| {
        NAMES.iter().any(|name| {
            text.split(&format!("{name}=")).skip(1).any(|rest| {
                let end = rest.find(|c: char| c.is_whitespace() || ";&".contains(c));
                let value = rest[..end.unwrap_or(rest.len())].trim_matches(['"', '\'']);
                !EVERYWHERE.contains(&value)
            })
        })
    };
    let mut started = subject.launch.commands.iter().flatten().flatten();
    let mut scripts = subject.context.into_iter().flat_map(|context| {
        let own = context
            .entries()
            .filter(|(path, _)| path.ends_with(".sh") || !base_name(path).contains('.'));
        own.filter(|(path, _)| !base_name(path).starts_with("Dockerfile"))
            .filter_map(|(path, _)| context.text(path))
    });
    known && !started.any(|word| sets(word)) && !scripts.any(sets)
}

/// Whether a source, or what starts the program, may choose another language than English.
fn speaks_languages(subject: &Subject<'_, '_>) -> bool {
    let started = subject.launch.commands.iter().flatten();
    let step = subject.stage.steps.last();
    let settings = step.map_or(&[][..], |step| step.state.settings.as_slice());
    let values = settings.iter().map(|setting| setting.value.as_deref());
    let mut told = started.map(Option::as_deref).chain(values);
    told.any(|text| text.is_none_or(|text| text.contains("user.")))
        || !are_without(subject, &["Locale", "user.language"])
}

/// Whether all sources are known, and none has one of these signs.
fn are_without(subject: &Subject<'_, '_>, signs: &[&str]) -> bool {
    let Some(context) = subject.context else { return false };
    let mut sources =
        context.entries().filter(|(path, _)| path.ends_with(".java") || path.ends_with(".kt"));
    !sources.any(|(path, _)| {
        context.text(path).is_none_or(|text| signs.iter().any(|sign| text.contains(sign)))
    })
}
