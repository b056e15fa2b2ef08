//! Programs of Java that draw: the runtime opens fontconfig and FreeType of the system for texts, which openjdk's full images install and its
//! slim ones do not (docker-library/openjdk, Dockerfiles and issues 333 and 335).

use dockslim_contract::BuildContext;

/// Packages of Java, and signs of libraries in manifests, that lead there.
const PACKAGES: &str = "java.awt javax.swing javax.imageio javax.print";
const ARTEFACTS: &str = "poi-ooxml easyexcel jasperreports dynamicreports jfreechart xchart kaptcha easy-captcha patchca hutool-all hutool-captcha itextpdf openpdf pdfbox openhtmltopdf flying-saucer batik- aspose- thumbnailator";
const MANIFESTS: &str =
    " pom.xml build.gradle build.gradle.kts libs.versions.toml build.sbt project.clj deps.edn ";
const SOURCES: &str = " java kt scala groovy clj ";

/// Whether a project for the machine of Java draws, by the file that says so.
pub(super) fn drawn_by(context: &BuildContext) -> Option<String> {
    for (path, _) in context.entries() {
        let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
        let end = name.rsplit_once('.').map_or("", |(_, end)| end);
        let test = path.starts_with("src/test/") || path.contains("/src/test/");
        let signs = match SOURCES.contains(&format!(" {end} ")) {
            true if test => continue,
            true => PACKAGES,
            false if MANIFESTS.contains(&format!(" {name} ")) => ARTEFACTS,
            false => continue,
        };
        let text = context.text(path).unwrap_or_default();
        if signs.split(' ').any(|sign| text.contains(sign)) {
            return Some(path.to_owned());
        }
    }
    None
}
