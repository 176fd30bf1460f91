#!/usr/bin/env python3
"""Plants bugs into copies of the source and counts the seeds until the simulator finds each: mutants.py [NAME…]

Shows that the promises of crates/sim can fail. Needs some minutes: each bug is built and run by itself."""

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COPY = ROOT / "target" / "mutants"
DEVICE, HUB = "crates/device/src/", "crates/hub/src/"

# name, file, what stands there, what a tired founder might have written
MUTANTS = [
    ("delivered before the receipt", DEVICE + "store/outbox.rs",
     "UPDATE outbox SET lease_until = '' WHERE record_number = ?1\", [number])?;",
     "UPDATE outbox SET lease_until = '', is_text_held = 1 WHERE record_number = ?1\", [number])?;"),
    ("a receipt for other bytes counts", DEVICE + "store/answer.rs",
     "if receipt.revision != stored.revision || receipt.content != ContentHash::of(&text) {",
     "if text.is_empty() && receipt.content == ContentHash::of(&text) {"),
    ("whoever answers is the hub", DEVICE + "sync/call.rs", "if !is_signed(&response, path, hub.key) {",
     "if response.body.is_empty() && !is_signed(&response, path, hub.key) {"),
    ("a correction is not sent while photos are", DEVICE + "store/outbox.rs",
     "sequence = excluded.sequence, lease_until = '', is_text_held = 0,", "sequence = excluded.sequence, lease_until = '',"),
    ("photos are forgotten with the draft", DEVICE + "store/photo.rs",
     "AND in_draft = 0 AND in_record = 0 AND sha256 NOT IN", "AND in_draft = 0 AND sha256 NOT IN"),
    ("what waits is not counted", DEVICE + "store/record.rs",
     "SELECT count(*) FROM outbox WHERE is_text_held = 0\"", "SELECT count(*) FROM outbox WHERE is_text_held = 0 AND lease_until <> ''\""),
    ("a restored phone is not told", HUB + "sync.rs", "if receipt.revision > push.revision {", "if receipt.revision < push.revision {"),
    ("the store is not encrypted", DEVICE + "store/mod.rs", "Zeroizing::new(format!(\"PRAGMA key = ", "Zeroizing::new(format!(\"PRAGMA user_key = "),
    ("all photos are held", HUB + "store/record.rs", "SELECT sha256 FROM revision_photo JOIN photo USING (sha256)",
     "SELECT sha256 FROM revision_photo LEFT JOIN photo USING (sha256)"),
    ("one place too many", HUB + "places.rs", "Some(Pool { programme: programme.id.clone(), village, quota })", "Some(Pool { programme: programme.id.clone(), village, quota: quota + 1 })"),
    ("a place is given twice", HUB + "store/lease.rs", "(given.max(lent) + 1..=self.quota)", "(given + 1..=self.quota)"),
    ("a promised place counts for nothing", HUB + "places.rs", "place if may_use(transaction, &counted, device, place)? =>", "place if place == 0 =>"),
    ("one person gets two places", HUB + "store/search.rs", "AND state IN ('verified', 'waiting_list', 'placed', 'active'))", "AND state IN ('verified'))"),
    ("only the first news is told", HUB + "sync.rs", "changes.truncate(CHANGES_PER_ANSWER);", "changes.truncate(1);"),
    ("a pairing that is asked for again gives a token that nobody knows", HUB + "pairing.rs", "let asked = [letters.as_bytes(), b\"\\n\", request.nonce.as_bytes()].concat();",
     "let asked = hub.context.random::<32>()?;"),
    ("saved in one transaction and queued in the next", DEVICE + "store/draft.rs", "    outbox::queue(tx, row.number, revision, now)\n",
     "    tx.execute_batch(NEXT)?;\n    outbox::queue(tx, row.number, revision, now)\n"),
    ("a photo's row comes before its bytes", DEVICE + "store/photo.rs",
     "params![number, sha256.to_string(), kind.key(), serde_json::to_string(&faults)?, jpeg, thumbnail],\n    )?;",
     "params![number, sha256.to_string(), kind.key(), serde_json::to_string(&faults)?, [0u8; 0], thumbnail],\n    )?;\n"
     "    tx.execute_batch(NEXT)?;\n    tx.execute(\"UPDATE photo SET jpeg = ?2 WHERE sha256 = ?1\", params![sha256.to_string(), jpeg])?;"),
    ("the cursor is kept before the news", DEVICE + "store/answer.rs", "    // before the receipts, which are for these\n",
     "    setting::set(tx, setting::CURSOR, &answer.cursor)?;\n    tx.execute_batch(NEXT)?;\n"),
    ("what did not fit counts as saved", DEVICE + "store/mod.rs", "transaction.commit().map_err(StoreError::from)?;",
     "drop(transaction.commit());"),
    ("a parcel is thrown away before its answer is kept", DEVICE + "store/carried.rs", "    tx.execute(\n        \"UPDATE carried SET answer",
     "    tx.execute(\"UPDATE carried SET sealed = x'' WHERE digest = ?1\", [digest])?;\n    tx.execute_batch(NEXT)?;\n"
     "    tx.execute(\n        \"UPDATE carried SET answer"),
    ("a torn parcel is taken along", "crates/domain/src/parcel.rs", "tail.split_at_checked(length)?;", "tail.split_at(length.min(tail.len()));"),
    ("the hub answers before it has committed", HUB + "store/mod.rs", "transaction.commit()?;\n        Ok(answer)",
     "drop(transaction.commit());\n        Ok(answer)"),
    ("whoever shares a commit is told before it", HUB + "store/together.rs", "false => transaction.commit(),",
     "false => { drop(transaction.commit()); Ok(()) }"),
    ("a place that went with another phone is promised again", DEVICE + "store/answer.rs", "        place::spend(tx, receipt.id)?;\n", ""),
]
# where one transaction becomes two
NEXT = '"COMMIT; BEGIN IMMEDIATE"'


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only bugs with these words in their name")
    parser.add_argument("--seeds", type=int, default=60, help="so many at most")
    asked = parser.parse_args()
    copied()
    print("| planted bug | found after seeds | broken promise |\n|---|---|---|")
    unfound = 0
    for name, file, old, new in MUTANTS:
        if asked.names and not any(word in name for word in asked.names):
            continue
        path = COPY / file
        text = path.read_text(encoding="utf-8")
        if text.count(old) != 1:
            sys.exit(f"{name}: the text to change stands {text.count(old)} times in {file}")
        path.write_text(text.replace(old, new.replace("NEXT", NEXT)), encoding="utf-8")
        try:
            seeds, promise = found(asked.seeds)
        finally:
            path.write_text(text, encoding="utf-8")
        unfound += promise is None
        print(f"| {name} | {seeds} | {promise or '**not found**'} |", flush=True)
    sys.exit(bool(unfound))


def copied():
    """The workspace as it stands, beside its own build folder; libraries are built once for both."""
    shutil.rmtree(COPY, ignore_errors=True)
    COPY.mkdir(parents=True)
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for file in filter(None, files.split("\0")):
        if (ROOT / file).exists():
            (COPY / file).parent.mkdir(parents=True, exist_ok=True)
            # not its time: cargo would take what an earlier bug was built into for newer
            shutil.copyfile(ROOT / file, COPY / file)


def found(most):
    """(how many seeds it took, the promise), or all of them and nothing."""
    environment = os.environ | {"CARGO_TARGET_DIR": str(ROOT / "target" / "mutants-build")}
    built = subprocess.run(["cargo", "build", "--locked", "-q", "-p", "payung-sim"], cwd=COPY, env=environment, capture_output=True, text=True)
    if built.returncode:
        sys.exit(f"a bug that does not compile:\n{built.stderr}")
    program = ROOT / "target" / "mutants-build" / "debug" / "payung-sim"
    for seed in range(1, most + 1):
        run = subprocess.run([program, "--seed", str(seed)], capture_output=True, text=True)
        if run.returncode:
            told = re.sub(r"[0-9a-f]{32}", "a record", (run.stdout + run.stderr).strip().splitlines()[0])
            return seed, told.split(": ", 1)[-1][:100]
    return most, None


if __name__ == "__main__":
    main()
