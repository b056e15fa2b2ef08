//! A runtime of Java that is put together of modules: what classes do not name, but options, languages and services may ask for.

use dockslim_contract::BuildContext;

use super::bases::official;
use super::jars::DYNAMIC;
use super::runtime::{Runtime, below};
use super::started::commands;
use super::{Added, Split};
use crate::compare::folders::is_within;
use crate::compare::words::describe;
use crate::environment::{CLOSE, readable};
use crate::program::{Action, Call, visit};
use crate::shell::{Command, plain};
use crate::stages::Stage;

/// Modules of Java that are found by their services alone; the third has all languages but English.
const SERVICES: [&str; 5] =
    ["jdk.charsets", "jdk.crypto.ec", "jdk.localedata", "jdk.naming.dns", "jdk.zipfs"];

/// Modules that only options ask for, with what these say (JDK, "java": agents, `-agentlib:jdwp`, `-XX:StartFlightRecording`,
/// `-Dcom.sun.management.*`).
const OF_OPTIONS: [(&str, &str); 5] = [
    ("java.instrument", "-javaagent"),
    ("jdk.jdwp.agent", "jdwp"),
    ("jdk.jfr", "FlightRecord"),
    ("jdk.management", ".management"),
    ("jdk.management.agent", ".management"),
];

/// Options whose needs nothing tells: modules and classes from elsewhere, agents, archives that belong to a kit, and certificates that
/// the images of Temurin take over as they start.
const UNTOLD: &[&str] = &[
    "-module",
    "-XX:Flags",
    "-javaagent",
    "VMOptionsFile",
    "USE_SYSTEM_CA_CERTS",
    "Xbootclasspath",
    "Xshare",
    "ArchiveClasses",
    "SharedArchive",
    "java.naming.",
    "java.util.logging.",
    "security.auth.",
    "security.manager",
    "security.properties",
    "system.class.loader",
    "module-path",
];

/// The modules that options ask for, in what a container starts, in the scripts of the project that it names, and in variables; `None` if
/// they may ask for others.
pub(super) fn asked(
    stage: &Stage<'_>,
    context: Option<&BuildContext>,
) -> Option<Vec<&'static str>> {
    let configuration = &stage.configuration;
    let mut texts: Vec<String> =
        configuration.starts().into_iter().flatten().map(readable).collect();
    let scripts = context.into_iter().flat_map(|context| {
        context.entries().filter_map(|(path, _)| Some((path, context.text(path)?)))
    });
    let scripts: Vec<(&str, &str)> = scripts
        .map(|(path, text)| (path.rsplit('/').next().unwrap_or(path), text))
        .filter(|(name, text)| {
            name.ends_with(".sh") || text.lines().next().is_some_and(|line| line.ends_with("sh"))
        })
        .collect();
    let mut at = 0;
    while at < texts.len() {
        for (name, text) in &scripts {
            if texts[at].contains(name) && !texts.iter().any(|known| known == text) {
                texts.push((*text).to_owned());
            }
        }
        at += 1;
    }
    let variable = texts.iter().any(|text| text.contains('$'));
    let told = |name: &str| name.contains("JAVA") && name.ends_with("OPTIONS");
    for (name, value) in &configuration.environment {
        let unknown = value.contains(|c: char| c < '\t');
        // A line that prints its value hands it to nobody.
        let hands_on = |line: &str| {
            let prints = ["echo ", "printf "].iter().any(|it| line.trim_start().starts_with(it));
            let more = line.contains([';', '&', '|', '`']) || line.contains("$(");
            line.contains(name.as_str()) && (!prints || more)
        };
        if unknown && (told(name) || texts.iter().any(|text| text.lines().any(hands_on))) {
            return None;
        }
    }
    texts.extend(configuration.environment.iter().map(|(name, value)| format!("{name}={value}")));
    let all = texts.join("\n");
    let jdwp = |option: &str| all.split(option).skip(1).all(|rest| rest.starts_with("jdwp"));
    let texts_with =
        |sign: &str| texts.iter().any(|text| text.contains("java") && text.contains(sign));
    let files = ["$(cat", "`cat", "$(<", " @", "\"@", "'@", "xargs"];
    if files.into_iter().any(texts_with) {
        return None;
    }
    if UNTOLD.iter().any(|sign| all.contains(sign))
        || !["-agentlib:", "-agentpath:", "-Xrun"].into_iter().all(jdwp)
    {
        return None;
    }
    // A variable may hold any of them when somebody starts the container.
    let modules = OF_OPTIONS.into_iter().filter(|(_, sign)| variable || all.contains(sign));
    Some(modules.map(|(module, _)| module).collect())
}

/// The modules that `jlink --add-modules` lists, behind what it is told by `jdeps`.
pub(super) fn listed<'c>(call: &'c Call<'_>) -> Vec<&'c str> {
    let [program, flag, list, ..] = call.words.as_slice() else { return Vec::new() };
    if program != "jlink" || flag != "--add-modules" {
        return Vec::new();
    }
    let behind = list.rsplit_once(CLOSE).map_or(&**list, |(_, rest)| rest);
    behind.trim_start_matches(|c: char| c < '\t').split(',').skip(1).collect()
}

pub(super) fn is_shell(word: &str) -> bool {
    matches!(word.rsplit('/').next(), Some("sh" | "bash"))
}

/// What files beside the sources say of options, of the old kit, and of jars for several releases.
const OUTSIDE: &[&str] = &[
    "/usr/local/openjdk",
    "JAVA_TOOL_OPTIONS",
    "_JAVA_OPTIONS",
    "Multi-Release",
    "USE_SYSTEM_CA_CERTS",
];

impl Runtime<'_, '_> {
    /// No file beside the sources, and no PATH, leads Java to options, modules or files that only the old kit has.
    pub(super) fn java_is_led_alone(&self) -> Result<(), String> {
        let path = self.new.configuration.environment.get("PATH").map_or("", String::as_str);
        if path.contains(OUTSIDE[0]) {
            return Err("PATH leads to a kit that stays behind".to_owned());
        }
        for (path, _) in self.context.into_iter().flat_map(BuildContext::entries) {
            let text = self.context.and_then(|context| context.text(path)).unwrap_or_default();
            let name = path.rsplit('/').next().unwrap_or(path);
            let aside = name.starts_with("Dockerfile") || name.ends_with(".md");
            if let Some(sign) = OUTSIDE.iter().find(|sign| !aside && text.contains(**sign)) {
                return Err(format!("{path} may lead Java to more, by `{sign}`"));
            }
        }
        Ok(())
    }

    /// The modules of a runtime are those of all classes: of the jars that `java` is handed, and of what the compiler has made, unless a
    /// jar holds it.
    pub(super) fn modules_are_all(&self) -> Result<(), String> {
        let targets = self.added.iter().find_map(|one| match one {
            Added::Modules { targets, .. } => Some(targets),
            _ => None,
        });
        let Some(targets) = targets else { return Ok(()) };
        self.java_is_led_alone()?;
        for (path, _) in self.context.into_iter().flat_map(BuildContext::entries) {
            let source = path.ends_with(".java") || path.ends_with(".kt");
            let text = self.context.and_then(|context| context.text(path)).unwrap_or_default();
            if let Some(sign) = DYNAMIC.iter().find(|sign| source && text.contains(**sign)) {
                return Err(format!("{path} may need modules that it does not name, by `{sign}`"));
            }
        }
        let looked_at = |place: &String| targets.iter().any(|target| is_within(place, target));
        let lost = |place: &str| Err(format!("nothing says which modules `{place}` needs"));
        let folder = self.folder(&self.old.configuration.directory).unwrap_or_default();
        let starts = self.new.configuration.starts().into_iter().flatten().flat_map(commands);
        let called = self.entered()?.calls;
        let mut whole = true;
        for words in starts.chain(called) {
            let words = words.iter().flat_map(|word| self.expanded(word, &[]));
            let words: Vec<String> = words.collect();
            let java = words.iter().any(|word| word.rsplit('/').next() == Some("java"));
            let of_jar = words.iter().any(|word| word == "-jar");
            let of_jars = words.windows(2).any(|pair| {
                matches!(pair[0].as_str(), "-cp" | "-classpath" | "--class-path")
                    && pair[1].split(':').all(|entry| entry.ends_with(".jar"))
            });
            whole &= !java || of_jar || of_jars;
            // Its manifest may name others (JAR File Specification, "Class-Path").
            let mut files = self.context.into_iter().flat_map(BuildContext::entries);
            if let Some((path, _)) = files.find(|(path, _)| of_jar && path.ends_with(".jar")) {
                return lost(path);
            }
            let mut jars = words.iter().flat_map(|word| word.split(':'));
            if let Some(jar) =
                jars.find(|word| word.ends_with(".jar") && !looked_at(&below(&folder, word)))
            {
                return lost(jar);
            }
        }
        let mut missed = None;
        visit(&self.old.steps, &mut |step| {
            let Action::Call(call) = &step.action else { return };
            if !Command::of(&call.words).is("javac") || whole {
                return;
            }
            let given = call.words.iter().skip_while(|word| *word != "-d").nth(1);
            let place = given.map_or_else(
                || self.folder(&self.states.seen(call.state).directory),
                |word| self.led(word, call),
            );
            if !place.as_ref().is_some_and(looked_at) {
                missed = Some(describe(step));
            }
        });
        missed.map_or(Ok(()), |step| {
            Err(format!("nothing says which modules the classes of {step} need"))
        })
    }
}

impl Split<'_, '_> {
    /// `jlink … --output FOLDER`
    pub(super) fn modules(&self, call: &Call<'_>) -> Option<Added> {
        let [program, .., output, folder] = call.words.as_slice() else { return None };
        let wanted = ["--strip-java-debug-attributes", "--no-man-pages", "--no-header-files"];
        let flags = call.words.get(1..call.words.len().checked_sub(2)?)?;
        let flags: Vec<&str> = flags.iter().map(|word| plain(word).unwrap_or_default()).collect();
        let ["--add-modules", _, rest @ ..] = flags.as_slice() else { return None };
        // Behind what is found out stand modules that are looked for when a program runs (JDK, "jlink").
        let modules = listed(call);
        let of_options = |module: &&str| OF_OPTIONS.iter().any(|(one, _)| one == module);
        let are_known = modules.iter().all(|one| SERVICES.contains(one) || of_options(one))
            && (modules.contains(&SERVICES[2]) || !self.chooses_language());
        let mut targets = Vec::new();
        let inner = call.inner.iter().flatten().all(|step| match &step.action {
            Action::Call(call) => {
                let words = call.words.iter().skip(1).filter(|word| !word.starts_with('-'));
                targets.extend(words.map(ToString::to_string));
                call.words.first().is_some_and(|word| word == "jdeps")
            }
            _ => false,
        });
        let asked = asked(self.old, self.context)?;
        if !asked.iter().all(|module| modules.contains(module)) {
            return None;
        }
        if self.asks_for_country() || self.names_locale() {
            return None;
        }
        let right =
            program == "jlink" && output == "--output" && inner && rest == wanted && are_known;
        right.then(|| Some(Added::Modules { folder: plain(folder)?.to_owned(), targets })).flatten()
    }

    /// Whether a source of Java may ask for the country of an image of Temurin, which sets one, as slim Debian does not: for its currency, its
    /// first day of the week, or its texts.
    pub(super) fn asks_for_country(&self) -> bool {
        let signs = [
            "getDefault()",
            "Currency",
            "FirstDayOfWeek",
            "WeekFields",
            "WEEK_OF",
            "user.country",
            "getCountry",
            "ResourceBundle",
            "YYYY",
            "-ww",
            "\"LANG\"",
        ];
        let temurin = official(&self.old.image).starts_with("eclipse-temurin");
        let mut entries = self.context.into_iter().flat_map(BuildContext::entries);
        temurin
            && entries.any(|(path, _)| {
                let source = path.ends_with(".java") || path.ends_with(".kt");
                let text = self.context.and_then(|context| context.text(path));
                let text = text.unwrap_or_default();
                source && signs.iter().any(|sign| text.contains(sign))
            })
    }

    /// Whether the old stage, or a script that may start its program, sets a locale that images such as Temurin's have made and slim Debian has not.
    pub(super) fn names_locale(&self) -> bool {
        let mut makes = false;
        visit(&self.old.steps, &mut |step| {
            if let Action::Call(call) = &step.action {
                makes |= call.words.iter().any(|word| word.starts_with("locale"));
            }
        });
        let suites = ["buster", "bullseye", "bookworm", "trixie"];
        if suites.iter().any(|suite| self.old.image.contains(suite)) && !makes {
            return false;
        }
        let other = |value: &str| {
            let value = value.trim_matches(['"', '\'']);
            let everywhere = ["", "POSIX", "C", "C.UTF-8", "C.utf8"];
            !everywhere.iter().any(|one| value.eq_ignore_ascii_case(one))
        };
        let names = ["LANG", "LC_ALL", "LC_CTYPE"];
        let environment = &self.old.configuration.environment;
        let mut set = names.iter().filter_map(|name| environment.get(*name));
        let mut texts: Vec<&str> = self.old.configuration.starts().into_iter().flatten().collect();
        for (path, _) in self.context.into_iter().flat_map(BuildContext::entries) {
            let name = path.rsplit('/').next().unwrap_or(path);
            let script =
                name.ends_with(".sh") || !name.contains('.') && !name.starts_with("Dockerfile");
            texts.extend(self.context.and_then(|context| context.text(path)).filter(|_| script));
        }
        set.any(|value| other(value))
            || texts.iter().flat_map(|text| text.split([' ', '\n', ';', '\t', '&'])).any(|word| {
                let word = word.trim_start_matches(['"', '\'', '[']);
                word.split_once('=')
                    .is_some_and(|(name, value)| names.contains(&name) && other(value))
            })
    }

    /// Whether a source of Java has a word for languages, or what starts the program sets one (JDK, `java.util.Locale`).
    fn chooses_language(&self) -> bool {
        let configuration = &self.old.configuration;
        let mut starts = configuration.starts().into_iter().flatten();
        let mut values = configuration.environment.values();
        let told = starts.any(|text| text.contains("user."))
            || values.any(|value| value.contains("-Duser."));
        told || self.context.is_none_or(|context| {
            context.entries().any(|(path, _)| {
                let source = [".java", ".kt"].iter().any(|end| path.ends_with(end));
                source && context.text(path).is_none_or(|text| text.contains("Locale"))
            })
        })
    }
}
