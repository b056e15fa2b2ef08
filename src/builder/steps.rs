//! What builders print while they build: which step runs, and which one failed.

/// The step that a line of a builder's output begins, such as `[2/5] RUN make`; `None` for other lines.
///
/// BuildKit prints `#7 [build 2/5] RUN make`, buildah and podman `STEP 2/5: RUN make` (with `[1/2] ` in front if
/// there are stages), the old builder of Docker `Step 2/5 : RUN make`.
pub(crate) fn step(line: &str) -> Option<String> {
    let line = line.trim();
    if let Some(rest) = line.strip_prefix('#') {
        let (number, rest) = rest.split_once(' ')?;
        let rest = rest.strip_prefix('[')?;
        let (place, text) = rest.split_once("] ")?;
        let is_step = number.bytes().all(|byte| byte.is_ascii_digit()) && place.contains('/');
        return is_step.then(|| format!("[{place}] {text}"));
    }
    let (stage, rest) = match line.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
        Some((stage, rest)) => (format!("{stage}: "), rest),
        None => (String::new(), line),
    };
    let rest = rest.strip_prefix("STEP ").or_else(|| rest.strip_prefix("Step "))?;
    let (place, text) = rest.split_once(':')?;
    let place = place.trim();
    let is_place = place.split('/').all(|part| part.parse::<u32>().is_ok());
    is_place.then(|| format!("[{stage}{place}] {}", text.trim()))
}

/// The image of a step that a line says is made: buildah and podman, whose builders keep no other cache, print `--> 7d5193c5c35`.
pub(crate) fn made(line: &str) -> Option<&str> {
    let id = line.trim().strip_prefix("--> ")?;
    (id.len() >= 8 && id.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(id)
}

/// The step at which a build failed, from its output: BuildKit names it once more, else it is the last that began.
pub(crate) fn failed<'l>(
    lines: impl DoubleEndedIterator<Item = &'l str> + Clone,
) -> Option<String> {
    let named = lines.clone().rev().find_map(|line| {
        let rest = line.trim().strip_prefix("> [")?;
        let (place, text) = rest.split_once("] ")?;
        Some(format!("[{place}] {}", text.trim_end_matches(':')))
    });
    named.or_else(|| lines.rev().find_map(step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_builder_names_its_steps() {
        for (line, told) in [
            ("#7 [build 2/5] RUN make", Some("[build 2/5] RUN make")),
            ("#12 [4/4] COPY . .", Some("[4/4] COPY . .")),
            ("#1 [internal] load build definition from Dockerfile", None),
            ("#7 0.312 [1/2] compiling", None),
            ("STEP 2/5: RUN make", Some("[2/5] RUN make")),
            ("[1/2] STEP 3/4: RUN make", Some("[1/2: 3/4] RUN make")),
            ("Step 2/5 : RUN make", Some("[2/5] RUN make")),
            ("Step by step: a manual", None),
            ("", None),
        ] {
            assert_eq!(step(line).as_deref(), told, "{line}");
        }
    }

    #[test]
    fn images_of_steps() {
        assert_eq!(made("--> 7d5193c5c35"), Some("7d5193c5c35"));
        for other in ["--> Using cache 7d5193c5c358", "---> 7d5193c5c358", "--> ", "7d5193c5c358"] {
            assert_eq!(made(other), None, "{other}");
        }
    }

    #[test]
    fn the_failed_step_is_the_one_that_is_named_else_the_last() {
        let buildkit =
            "#5 [2/4] RUN a\n#6 [3/4] RUN b\n------\n > [2/4] RUN a:\n0.1 no such file\n------";
        assert_eq!(failed(buildkit.lines()).as_deref(), Some("[2/4] RUN a"));
        let buildah =
            "STEP 1/2: FROM x\nSTEP 2/2: RUN false\nError: building at STEP \"RUN false\"";
        assert_eq!(failed(buildah.lines()).as_deref(), Some("[2/2] RUN false"));
        assert_eq!(failed("no".lines()), None);
    }
}
