//! Whether a stage needs the development kit of Java, or what draws texts.

use dockslim_contract::BuildContext;
use dockslim_syntax::{Arguments, Dockerfile, Keyword};

use super::needs::{Candidate, Needs, words};
use super::{Refusal, kit, reasons};
use crate::facts::BuildStep;
use crate::knowledge::{FullPackage, library_name, program_names};

/// Programs of the kit that the run-time environment lacks (JDK tool specifications), and builders that call them.
const KIT: [&str; 31] = [
    "ant",
    "gradle",
    "gradlew",
    "jar",
    "jarsigner",
    "javac",
    "javadoc",
    "javap",
    "jcmd",
    "jconsole",
    "jdb",
    "jdeprscan",
    "jdeps",
    "jfr",
    "jhsdb",
    "jimage",
    "jinfo",
    "jlink",
    "jmap",
    "jmod",
    "jpackage",
    "jps",
    "jshell",
    "jstack",
    "jstat",
    "jstatd",
    "lein",
    "mvn",
    "mvnw",
    "sbt",
    "serialver",
];

/// What sources name that draw, or that set texts (JDK, modules `java.desktop`).
const DRAWING: &[&str] = &["java.awt", "javax.imageio", "javax.print", "javax.swing"];
/// Libraries that draw, as manifests name them: for sheets, documents, charts and riddles.
const LIBRARIES: &[&str] = &[
    "aspose-",
    "batik-",
    "dynamicreports",
    "easy-captcha",
    "easyexcel",
    "flying-saucer",
    "hutool-all",
    "hutool-captcha",
    "itextpdf",
    "jasperreports",
    "jfreechart",
    "kaptcha",
    "openhtmltopdf",
    "openpdf",
    "patchca",
    "pdfbox",
    "poi-ooxml",
    "thumbnailator",
    "xchart",
];
const SOURCES: &[&str] = &[".clj", ".groovy", ".java", ".kt", ".scala"];
const MANIFESTS: &[&str] = &[
    "build.gradle",
    "build.gradle.kts",
    "build.sbt",
    "deps.edn",
    "libs.versions.toml",
    "pom.xml",
    "project.clj",
];

impl Needs {
    /// What programs of Java look for fonts by, where the project draws.
    pub(super) fn fonts_of_java(
        &mut self,
        candidate: Candidate<'_, '_>,
        lacking: &[&'static FullPackage],
    ) {
        let name = candidate.stage.image.as_deref().and_then(library_name);
        let of_java = matches!(name, Some("clojure" | "openjdk" | "tomcat"));
        let fonts = lacking.iter().find(|package| of_java && package.name == "fontconfig");
        let Some(fonts) = fonts else { return };
        if let Some(file) = candidate.facts.context.and_then(draws) {
            let at = candidate.stage.steps.last().map_or(0, |step| step.instruction.span.start);
            self.file = Some(file.to_owned());
            self.add(fonts, at);
            self.file = None;
        }
    }
}

/// The file of a project by which it draws: java.awt looks for fonts by libraries of the system (docker-library/openjdk, "fontconfig" and
/// "libfreetype6" in the full images).
fn draws(context: &BuildContext) -> Option<&str> {
    let mut files = context.entries().filter_map(|(path, _)| Some((path, context.text(path)?)));
    let found = files.find(|(path, text)| {
        let name = path.rsplit('/').next().unwrap_or(path);
        let has = |signs: &[&str]| signs.iter().any(|sign| text.contains(sign));
        let source = SOURCES.iter().any(|end| name.ends_with(end))
            && !format!("/{path}").contains("/src/test/");
        source && has(DRAWING) || MANIFESTS.contains(&name) && has(LIBRARIES)
    });
    found.map(|(path, _)| path)
}

/// A source that calls the compiler or another tool of the kit, which run-time environments lack (JDK, `javax.tools`,
/// `java.util.spi.ToolProvider`).
pub(crate) fn calls_kit(context: &BuildContext) -> Option<&str> {
    const CALLS: &[&str] = &[
        "getSystemJavaCompiler",
        "com.sun.tools.",
        "spi.ToolProvider",
        "ToolProvider.findFirst",
        "bin/javac",
        "bin/jar\"",
        "bin/jlink",
        "com.sun.jdi",
        "net.bytebuddy.agent",
        "net.openhft.compiler",
    ];
    // They compile, or attach to a machine that runs (the pages of OpenHFT, Ebean and Byte Buddy).
    const LIBRARIES: &[&str] =
        &["byte-buddy-agent", "chronicle-map", "chronicle-queue", "ebean-agent", "net.openhft"];
    let mut sources = context.entries().map(|(path, _)| path).filter(|path| {
        let aside = path.split('/').any(|part| part == "test");
        let name = path.rsplit('/').next().unwrap_or(path);
        (path.ends_with(".java") || MANIFESTS.contains(&name)) && !aside
    });
    sources.find(|path| {
        let text = context.text(path).unwrap_or_default();
        let signs = if path.ends_with(".java") { CALLS } else { LIBRARIES };
        signs.iter().any(|sign| text.contains(sign))
    })
}

/// The tool with which the value of a variable begins, by which a step or script may call it.
fn of_variable(
    dockerfile: &Dockerfile<'_>,
    step: &BuildStep<'_>,
    used: &dyn Fn(&str) -> Option<&'static str>,
) -> Option<&'static str> {
    let (Keyword::Env | Keyword::Arg, Arguments::Pairs { pairs, .. }) =
        (step.instruction.kind, &step.instruction.arguments)
    else {
        return None;
    };
    pairs.iter().filter_map(|pair| pair.value).find_map(|value| {
        let value = dockerfile.text(value);
        let first = value.trim_matches(['"', '\'']).split_whitespace().next()?;
        used(first)
    })
}

/// Whether the stage, and the scripts that it runs, can do without.
pub(super) fn look(candidate: Candidate<'_, '_>) -> Result<(), Refusal> {
    let Candidate { build, stage, facts, .. } = candidate;
    let dockerfile = build.dockerfile;
    // Whichever stage has built it.
    if let Some(path) = facts.context.and_then(calls_kit) {
        return Err((&reasons::JDK, format!("{path} calls a tool of the kit")));
    }
    let own = stage.stage.index;
    let used = |text: &str| {
        words(text)
            .flat_map(program_names)
            .find_map(|name| KIT.into_iter().find(|tool| *tool == name))
    };
    for other in build.stages.iter().filter(|other| build.builds_on(&other.stage, own)) {
        for step in &other.steps {
            let text = step.text(dockerfile);
            if let Some(tool) = of_variable(dockerfile, step, &used) {
                let line = dockerfile.line(step.instruction.span.start);
                return Err((&reasons::JDK, format!("a variable of line {line} speaks of {tool}")));
            }
            // JEP 330: java compiles a source that it is given.
            let source = step.content.commands().iter().find(|command| {
                command.program_name() == Some("java")
                    && command.words.iter().flatten().any(|word| word.ends_with(".java"))
            });
            if source.is_some() {
                let line = dockerfile.line(step.instruction.span.start);
                return Err((&reasons::JDK, format!("line {line} runs a source")));
            }
            if let Some(tool) = used(&text).filter(|_| !step.content.commands().is_empty()) {
                let line = dockerfile.line(step.instruction.span.start);
                return Err((&reasons::JDK, format!("line {line} calls {tool}")));
            }
        }
        kit::look(candidate, other, &used)?;
    }
    let starts = |step: &&BuildStep<'_>| {
        matches!(step.instruction.kind, Keyword::Cmd | Keyword::Entrypoint | Keyword::Healthcheck)
    };
    let started: Vec<String> = stage
        .steps
        .iter()
        .filter(starts)
        .flat_map(|step| step.content.commands())
        .flat_map(|command| command.words.iter().flatten())
        .map(|word| word.rsplit('/').next().unwrap_or(word).to_owned())
        .collect();
    let scripts = facts.context.into_iter().flat_map(|context| {
        context
            .entries()
            .filter(|(path, _)| {
                let name = path.rsplit('/').next().unwrap_or(path);
                path.ends_with(".sh") || started.iter().any(|word| word == name)
            })
            .filter_map(|(path, _)| Some((path, context.text(path)?)))
    });
    for (path, text) in scripts {
        if let Some(tool) = used(text) {
            return Err((&reasons::JDK, format!("{path} calls {tool}")));
        }
    }
    Ok(())
}
