//! A verification for programs.

use serde_json::{Value, json};

use super::words;
use crate::verify::{Answer, Comparison, FileDifference, Side, Times, Verification};

/// The version of the form: it changes when a field goes or means something else.
const VERSION: u32 = 1;

pub(super) fn json(found: &Verification) -> String {
    let after = match &found.after {
        Ok(after) => side(after),
        Err(failure) => json!({ "failed": { "step": failure.step, "lines": failure.lines } }),
    };
    let told = json!({
        "version": VERSION,
        "file": found.file,
        "engine": found.engine.name(),
        "verdict": found.verdict.name(),
        "summary": words::verdict(found),
        "touched": found.touched,
        "before": side(&found.before),
        "after": after,
        "differences": found.comparison.as_ref().map(comparison),
        "note": found.note,
    });
    format!("{told:#}\n")
}

fn side(side: &Side) -> Value {
    let layers = side.image.layers.iter().zip(&side.steps).map(|(layer, step)| {
        json!({
            "digest": layer.digest,
            "instruction": layer.made_by,
            "line": step.as_ref().map(|step| step.line),
            "bytes": layer.archive_bytes,
            "file_bytes": layer.file_bytes,
            "pulled_bytes": layer.pulled_bytes,
        })
    });
    let files: u64 = side.image.layers.iter().map(|layer| layer.file_bytes).sum();
    json!({
        "image": side.name,
        "bytes": side.image.size(),
        "file_bytes": files,
        "pulled_bytes": side.image.pulled(),
        "layers": layers.collect::<Vec<_>>(),
        "builds": side.builds.iter().map(times).collect::<Vec<_>>(),
        "rebuilds": side.rebuilds.iter().map(times).collect::<Vec<_>>(),
        "smoke": side.smoke.as_ref().map(answer),
    })
}

fn times(times: &Times) -> Value {
    let cpu = times.cpu.map(|cpu| cpu.as_secs_f64());
    json!({ "seconds": times.wall.as_secs_f64(), "cpu_seconds": cpu })
}

fn answer(answer: &Answer) -> Value {
    json!({
        "status": answer.status,
        "timed_out": answer.timed_out.is_some(),
        "stdout": answer.output.0,
        "stderr": answer.output.1,
    })
}

fn comparison(found: &Comparison) -> Value {
    let config = found.config.iter().map(|one| {
        json!({ "field": one.field, "key": one.key, "before": one.before, "after": one.after })
    });
    let files = |list: &[FileDifference]| {
        let files = list
            .iter()
            .map(|file| json!({ "path": file.path, "bytes": file.bytes, "how": file.how }));
        files.collect::<Vec<_>>()
    };
    let apart = found.apart.iter().map(|(noise, apart)| {
        json!({
            "kind": noise.name(),
            "removed": { "files": apart.removed.0, "bytes": apart.removed.1 },
            "added": { "files": apart.added.0, "bytes": apart.added.1 },
            "changed": apart.changed,
        })
    });
    json!({
        "config": config.collect::<Vec<_>>(),
        "removed": files(&found.removed),
        "added": files(&found.added),
        "changed": files(&found.changed),
        "set_apart": apart.collect::<Vec<_>>(),
        "unsteady": found.unsteady,
        "times": found.times,
    })
}
