//! Programs for the machine of Java: what their sources, manifests and options ask of the new base, beside the programs that they start by name.

use super::bases::JAVA;
use super::runtime::{Place, Runtime, below};
use super::started::commands;
use crate::compare::folders::is_within;

/// Signs in sources of Java that a compiler or the tools of the kit are called.
pub(in crate::compare) const KIT: &[&str] = &[
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
/// Libraries that compile or attach, as manifests name them (the pages of OpenHFT, Ebean and Byte Buddy).
pub(in crate::compare) const LIBRARIES_OF_KIT: &[&str] =
    &["byte-buddy-agent", "chronicle-map", "chronicle-queue", "ebean-agent", "net.openhft"];

/// Where Maven and Gradle keep what they have fetched, in the images of either.
const STORES: &[&str] = &["/home/gradle/.gradle", "/root/.gradle", "/root/.m2"];

impl Runtime<'_, '_> {
    /// A source calls no tool of the kit, and no program that nobody sees, and the jars that a manifest puts beside the program's are brought.
    pub(super) fn runs_on_machine(
        &self,
        path: &str,
        name: &str,
        text: &str,
        places: &[Place],
    ) -> Result<(), String> {
        let names_others = match name {
            "pom.xml" => text.contains("copy-dependencies") || text.contains("addClasspath"),
            "build.gradle" | "build.gradle.kts" => text.contains("Class-Path"),
            _ => false,
        };
        let libraries = |place: &Place| {
            let folder = place.source.rsplit('/').next().unwrap_or_default();
            ["dependency", "lib", "libs", "target"].contains(&folder)
                || text.contains(&format!("<classpathPrefix>{folder}/<"))
        };
        if names_others && !places.iter().any(libraries) {
            return Err("the program's jar names others, which nothing copies".into());
        }
        let manifest = matches!(name, "pom.xml" | "build.gradle" | "build.gradle.kts");
        if name.ends_with(".java") && KIT.iter().any(|sign| text.contains(sign))
            || manifest && LIBRARIES_OF_KIT.iter().any(|one| text.contains(one))
        {
            return Err(format!("{path} compiles when it runs"));
        }
        match starts_unseen(name, text) {
            Some(what) => {
                Err(format!("{path} starts programs by {what}, which the new base may lack"))
            }
            None => Ok(()),
        }
    }

    /// The files that options of Java name are there: agents in any case, and others if they were.
    pub(super) fn options_find(&self, places: &[Place]) -> Result<(), String> {
        let java = self.modules().is_some_and(|home| !home.is_empty())
            || super::bases::kind(&self.new.image, &self.old.image)
                == Some(super::bases::Kind::Java);
        if !java {
            return Ok(());
        }
        let folder = self.folder(&self.old.configuration.directory).unwrap_or_default();
        let home = JAVA.trim_end_matches("/bin/java");
        let settings = &self.new.configuration;
        let started = settings.starts().into_iter().flatten().flat_map(commands).flatten();
        let values = settings.environment.values().cloned();
        let texts: Vec<String> = started.chain(values).collect();
        let words = texts.iter().flat_map(|text| text.split_whitespace());
        for word in words.filter(|word| word.starts_with('-')) {
            let agent = word.starts_with("-javaagent:") || word.starts_with("-agentpath:");
            let pieces: Vec<&str> = word.split([':', '=', ',']).skip(1).collect();
            let named = pieces.iter().enumerate().filter(|(at, piece)| match agent {
                true => *at == 0,
                false => piece.starts_with('/'),
            });
            for (_, piece) in named {
                let place = below(&folder, piece);
                let there = self.covered(places, &place) || is_within(&place, home);
                let was = self.was_there(&place) && !self.leads(places, &place)
                    || STORES.iter().any(|store| is_within(&place, store));
                if !there && (agent || was) {
                    return Err(format!("nothing brings `{piece}`, which an option of Java names"));
                }
            }
        }
        Ok(())
    }
}

/// Whether a file is a source for the machine of Java.
pub(super) fn is_of_java(name: &str) -> bool {
    [".groovy", ".java", ".kt", ".scala"].iter().any(|end| name.ends_with(end))
}

/// What a source for the machine of Java starts programs by, where nobody looks at which: libraries for that, and what Scala and Groovy make
/// of texts.
fn starts_unseen(name: &str, text: &str) -> Option<&'static str> {
    const BY: &[&str] = &[
        "apache.commons.exec",
        "buildobjects.process",
        "nuprocess",
        "pgreze.process",
        "sys.process",
        "zeroturnaround.exec",
    ];
    let by_text = name.ends_with(".groovy")
        && text.match_indices(".execute(").any(|(at, _)| text[..at].ends_with(['"', '\'', ']']));
    let known = BY.iter().copied().find(|by| is_of_java(name) && text.contains(by));
    known.or(by_text.then_some("their texts"))
}
