# The few commands of this project. Each installs what it needs on a bare Debian machine.
.PHONY: run test lint bench fuzz kill soak phones apk ios

run: ## the hub with a demo regency, and the app, ready to enrol somebody
	scripts/setup.sh run
	scripts/run.sh

test: ## every test: Rust, then the journeys in Chromium
	scripts/setup.sh test
	scripts/test.sh

lint: ## format, clippy, dependency direction, licences, the phones' files
	scripts/setup.sh lint
	scripts/lint.sh

bench: ## tables of what was measured on this machine
	scripts/bench.sh

fuzz: ## ten minutes of hostile pictures, pixels and payloads each; needs a nightly compiler and cargo-fuzz
	scripts/fuzz.sh

kill: ## KILLS times SIGKILL to app and hub while they enrol and sync
	cargo build --locked --workspace --bins --examples
	KILLS=$(or $(KILLS),500) cargo test --locked --workspace --test kill -- --nocapture

soak: ## simulated villages for MINUTES, from SEED on
	cargo run --locked -p payung-sim -- --seed $(or $(SEED),1) --count 100000000 --minutes $(or $(MINUTES),10)

phones: ## type checks for Android and iOS
	scripts/phones/check.sh

apk: ## an installable app for Android; says what is missing
	scripts/phones/apk.sh

ios: ## the app for iOS; says what is missing
	scripts/phones/ios.sh
