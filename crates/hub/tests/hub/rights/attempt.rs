//! A call of every address that would succeed, if it is allowed.

use super::{Side, agree};
use crate::browser::{Browser, PASSWORD};
use crate::files;
use crate::world::{Phone, World, enrolment, id, jpeg, push_of};
use payung_domain::PhotoHash;
use payung_domain::wire::{Candidate, Outcome, VisitOutcome};
use payung_hub::context::day_here;
use payung_hub::ending::{Note, note_in};
use payung_hub::office::Route;
use payung_hub::sign_in::Caller;
use payung_hub::store::cover::{self, Cover};
use payung_hub::store::{candidate, export, record};
use payung_hub::{HubError, account, sign_in};

/// One call, and what the page must show for the call to count as allowed.
pub struct Try {
    pub path: String,
    pub fields: String,
    pub shows: String,
}

/// How an address is called so that only the right to it can stand in the way. An address that is missing here fails.
pub fn attempt(world: &World, route: &Route, side: Side, phone: &Phone, browser: &Browser) -> Try {
    let seen = |number: u8| {
        let row = world.hub.store.read::<_, HubError>(|c| Ok(record::get(c, id(number))?)).unwrap().unwrap();
        format!("seen={}", row.change_seq)
    };
    let name = |text: &str| format!("Desa {text}");
    let first = side.first();
    // a decision needs the record open
    let open = |number: u8| payung_hub::queue::open(&world.hub, id(number), "mira").map(drop).unwrap();
    let other_session = |user: &str| Browser::let_in(world, user).session_id();
    let (path, fields, shows) = match (route.method.as_str(), route.path) {
        ("GET", "/masuk" | "/masuk/kode" | "/office.css" | "/office.js" | "/payung.svg") => {
            (route.path.to_owned(), String::new(), String::new())
        }
        ("POST", "/masuk" | "/masuk/kode") => (route.path.to_owned(), String::new(), String::new()),
        ("POST", "/keluar") => (route.path.to_owned(), String::new(), String::new()),
        ("GET", "/saya") => (route.path.to_owned(), String::new(), "Akun saya".to_owned()),
        ("POST", "/saya/sandi") => {
            let fields = format!("old={PASSWORD}&new=lain-sekali-2026&again=lain-sekali-2026");
            (route.path.to_owned(), fields, String::new())
        }
        ("POST", "/saya/kode") => {
            (route.path.to_owned(), format!("password={PASSWORD}"), "class=\"secret\"".to_owned())
        }
        ("POST", "/saya/kode/pasang") => {
            let cookie = browser.cookie.split_once('=').unwrap().1;
            let session = sign_in::session(&world.hub, cookie).unwrap().unwrap();
            let caller = Caller { address: String::new(), browser: String::new() };
            let secret = account::begin_second_factor(&world.hub, &session, &caller, PASSWORD).unwrap();
            let code = secret.code(world.hub.context.now().as_second() / 30).unwrap();
            (route.path.to_owned(), format!("code={code}"), String::new())
        }
        ("POST", "/saya/kode/lepas") => (route.path.to_owned(), format!("password={PASSWORD}"), String::new()),
        ("POST", "/saya/sesi/akhiri") => (route.path.to_owned(), String::new(), String::new()),
        ("POST", "/saya/sesi/{id}/akhiri") => {
            (format!("/saya/sesi/{}/akhiri", other_session("mira")), String::new(), String::new())
        }
        ("GET", "/") => ("/".to_owned(), String::new(), name(side.village())),
        ("GET", "/catatan") => {
            (format!("/catatan?desa={}", side.village()), String::new(), format!("href=\"/catatan/{}\"", id(first)))
        }
        ("GET", "/gambaran") => ("/gambaran".to_owned(), String::new(), name(side.village())),
        ("GET", "/gambaran/unduh/{nama}") => ("/gambaran/unduh/desa".to_owned(), String::new(), name(side.village())),
        ("GET", "/gambaran/anggaran/{id}") => {
            ("/gambaran/anggaran/small".to_owned(), String::new(), "Sisa anggaran".to_owned())
        }
        ("GET", "/catatan/{id}") => (format!("/catatan/{}", id(first)), String::new(), format!("CONTOH {first}")),
        ("GET", "/foto/{sha256}") => {
            let hash = PhotoHash::of(&jpeg(2000 + usize::from(first)));
            (format!("/foto/{hash}"), String::new(), String::new())
        }
        ("GET", "/periksa") => ("/periksa".to_owned(), String::new(), name(side.village())),
        ("POST", "/periksa/lanjut") => ("/periksa/lanjut".to_owned(), format!("lewati={}", id(first)), String::new()),
        ("POST", "/periksa/sekaligus") => {
            world.clean_record(side.first() + 5, side.village());
            ("/periksa/sekaligus".to_owned(), format!("desa={}", side.village()), String::new())
        }
        (method, path) if path.starts_with("/periksa/sekaligus/{id}") => {
            let acts = ["{id}", "lihat", "setujui", "hentikan"];
            let act = acts.iter().position(|act| path.ends_with(act)).unwrap();
            let clean = side.first() + 6 + u8::try_from(act).unwrap();
            world.clean_record(clean, side.village());
            let batch = payung_hub::batch::begin(&world.hub, "mira", side.village()).unwrap().unwrap();
            // approving needs all of them, looking at one needs its photo
            if path.ends_with("/setujui") || path.ends_with("/lihat") {
                world.see_samples(&batch, "mira");
            }
            let shows = if method == "GET" { "Contoh acak".to_owned() } else { String::new() };
            (path.replace("{id}", &batch), format!("catatan={}", id(clean)), shows)
        }
        ("POST", path @ ("/catatan/{id}/pegang" | "/catatan/{id}/lepas")) => {
            open(first);
            (path.replace("{id}", &id(first).to_string()), "tampilan=0".to_owned(), String::new())
        }
        ("POST", "/catatan/{id}/ambil-alih") => {
            (format!("/catatan/{}/ambil-alih", id(first)), String::new(), String::new())
        }
        ("POST", "/catatan/{id}/batal") => {
            world.hold_verdict(first, "mira");
            (format!("/catatan/{}/batal", id(first)), String::new(), String::new())
        }
        ("POST", "/catatan/{id}/setujui") => {
            open(first);
            (format!("/catatan/{}/setujui", id(first)), seen(first), String::new())
        }
        ("POST", "/catatan/{id}/kembalikan") => {
            open(first + 1);
            let fields = format!("{}&c_nik=Cek", seen(first + 1));
            (format!("/catatan/{}/kembalikan", id(first + 1)), fields, String::new())
        }
        ("POST", "/catatan/{id}/tolak") => {
            open(first + 2);
            let fields = format!("{}&reason=deceased", seen(first + 2));
            (format!("/catatan/{}/tolak", id(first + 2)), fields, String::new())
        }
        ("POST", "/catatan/{id}/akhiri") => {
            agree(world, first);
            (format!("/catatan/{}/akhiri", id(first)), format!("{}&reason=died", seen(first)), String::new())
        }
        ("GET", "/program/{id}") => ("/program/small".to_owned(), String::new(), "Daftar tunggu".to_owned()),
        ("GET", "/program/{id}/kuota") => {
            ("/program/small/kuota?tempat=1".to_owned(), String::new(), "Anggaran".to_owned())
        }
        ("POST", "/program/{id}/kuota") => {
            let digest = world.preview("small", 40).digest;
            ("/program/small/kuota".to_owned(), format!("tempat=40&sidik={digest}&alasan=Perbup"), String::new())
        }
        ("GET", "/daftar") => {
            import_of(world, side, "columns");
            (route.path.to_owned(), String::new(), format!("desa-{}.csv", side.village()))
        }
        ("POST", "/daftar") => {
            // of a programme that the village's head has nothing to do with, or of his own
            world.serve_village("35.22.28.2006", "wide");
            let programme = if side == Side::Own { "small" } else { "wide" };
            (route.path.to_owned(), format!("sumber={programme}/usulan\n{}", good_list(side)), String::new())
        }
        ("GET", "/daftar/{id}") => {
            let import = import_of(world, side, "columns");
            (format!("/daftar/{import}"), String::new(), "Apa isi setiap kolom?".to_owned())
        }
        ("POST", "/daftar/{id}/kolom") => {
            let import = import_of(world, side, "columns");
            (format!("/daftar/{import}/kolom"), "k0=nik&k1=name&k2=village".to_owned(), String::new())
        }
        ("POST", "/daftar/{id}/setuju") => {
            (format!("/daftar/{}/setuju", import_of(world, side, "checked")), String::new(), String::new())
        }
        ("POST", "/daftar/{id}/buang") => {
            (format!("/daftar/{}/buang", import_of(world, side, "checked")), String::new(), String::new())
        }
        ("GET", "/daftar/{id}/salah.csv") => {
            (format!("/daftar/{}/salah.csv", import_of(world, side, "checked")), String::new(), "Yang salah".to_owned())
        }
        ("GET", "/daftar/kunjungan.csv") => {
            visited_one(world, side);
            (route.path.to_owned(), String::new(), format!("CONTOH KUNJUNGAN {}", side.village()))
        }
        ("GET", "/berkas") => (route.path.to_owned(), String::new(), "Siap didaftarkan".to_owned()),
        ("POST", "/berkas") => {
            enrol_and_agree(world, side, phone, first + 4);
            (route.path.to_owned(), "program=small".to_owned(), String::new())
        }
        ("GET", path) if path.starts_with("/berkas/{id}") => {
            let shows = if path.ends_with('}') { "Sidik SHA-256" } else { "" };
            (path.replace("{id}", &export_of(world, side, phone)), String::new(), shows.to_owned())
        }
        ("POST", "/berkas/{id}/jawaban") => {
            let path = format!("/berkas/{}/jawaban", export_of(world, side, phone));
            (path, "\nNIK;KPJ\n1;2\n".to_owned(), String::new())
        }
        ("GET", path) if path.starts_with("/jawaban/{id}") => {
            (path.replace("{id}", &answer_of(world, side, phone, "checked")), String::new(), String::new())
        }
        ("POST", path) if path.starts_with("/jawaban/{id}") => {
            let state = if path.ends_with("kolom") { "columns" } else { "checked" };
            (path.replace("{id}", &answer_of(world, side, phone, state)), "k0=nik&k1=kpj".to_owned(), String::new())
        }
        ("POST", "/catatan/{id}/bpjs") => {
            // of a record that no other call has touched
            let number = refused_one(world, side, phone);
            (format!("/catatan/{}/bpjs", id(number)), format!("{}&pilihan=lagi", seen(number)), String::new())
        }
        ("POST", "/catatan/{id}/perlindungan") => {
            let number = covered_one(world, side, phone);
            let fields = format!("{}&kpj=9900000000{}&mulai={}", seen(number), number % 10, day_here(world.now()));
            (format!("/catatan/{}/perlindungan", id(number)), fields, String::new())
        }
        ("GET", "/laporan" | "/laporan/csv" | "/laporan/xlsx") => {
            (format!("{}?menurut=desa", route.path), String::new(), place_name(world, side))
        }
        ("GET", "/pengaduan") => {
            let id = reported(world, side);
            (route.path.to_owned(), String::new(), format!("href=\"/pengaduan/{id}\""))
        }
        ("GET", "/pengaduan/{id}") => {
            (format!("/pengaduan/{}", reported(world, side)), String::new(), "Isi laporan".to_owned())
        }
        ("POST", path) if path.starts_with("/pengaduan/{id}/") => {
            let fields = format!("hasil=Sudah+ditegur&seen=new-{}", world.now().as_millisecond());
            (path.replace("{id}", &reported(world, side)), fields, String::new())
        }
        ("GET", "/hp") => ("/hp".to_owned(), String::new(), name(side.village())),
        ("POST", "/hp/kode") => {
            ("/hp/kode".to_owned(), format!("village={}&kader=Bu+Ani", side.village()), "class=\"code\"".to_owned())
        }
        ("POST", "/hp/{id}/blokir") => (format!("/hp/{}/blokir", phone.id), String::new(), String::new()),
        ("GET", "/orang") => ("/orang".to_owned(), String::new(), "/orang/budi".to_owned()),
        ("POST", "/orang") => {
            ("/orang".to_owned(), "name=baru&role=auditor".to_owned(), "Sandi awal untuk baru".to_owned())
        }
        ("GET", "/orang/{name}") => ("/orang/budi".to_owned(), String::new(), "budi".to_owned()),
        ("POST", "/orang/{name}/peran") => ("/orang/budi/peran".to_owned(), "role=verifier".to_owned(), String::new()),
        ("POST", "/orang/{name}/sesi/{id}/akhiri") => {
            (format!("/orang/budi/sesi/{}/akhiri", other_session("budi")), String::new(), String::new())
        }
        ("POST", path) if path.starts_with("/orang/{name}/") => {
            (path.replace("{name}", "budi"), String::new(), String::new())
        }
        ("GET", "/jejak") => ("/jejak".to_owned(), String::new(), "Sidik jejak terakhir".to_owned()),
        (method, path) => panic!("say here how {method} {path} is tried"),
    };
    Try { path, fields, shows }
}

/// A new report about a side's village.
fn reported(world: &World, side: Side) -> String {
    let id = payung_domain::ids::IrregularityId::from_bytes(world.hub.context.random().unwrap());
    let village = side.village().parse().ok();
    let kind = payung_domain::irregularity::Kind::Money;
    let report = payung_domain::irregularity::Irregularity::new(id, kind, village, "Diminta uang.", "").unwrap();
    payung_hub::irregularities::keep(&world.hub, &report).unwrap();
    id.to_string()
}

/// The name that the regions have for a side's village.
fn place_name(world: &World, side: Side) -> String {
    world.hub.catalogue.regions().village(side.village().parse().unwrap()).unwrap().name
}

fn good_list(side: Side) -> String {
    format!("NIK;Nama;Desa\n9901011205849999;CONTOH DAFTAR;{}\n", side.village())
}

/// A list that a village has brought, at some step.
fn import_of(world: &World, side: Side, state: &str) -> String {
    let name = format!("desa-{}.csv", side.village());
    files::put_import(world, "list", side.village(), None, state, &good_list(side), &name)
}

/// A file for BPJS that is ready, with somebody in it whom no other call touches.
fn export_of(world: &World, side: Side, phone: &Phone) -> String {
    let number = side.first() + 4;
    enrol_and_agree(world, side, phone, number);
    if let Some(known) = world.hub.store.read::<_, HubError>(|c| Ok(export::list(c, 1)?)).unwrap().first() {
        files::settle(world);
        return known.id.clone();
    }
    files::exported(world, "small")
}

fn enrol_and_agree(world: &World, side: Side, phone: &Phone, number: u8) {
    if world.hub.store.read::<_, HubError>(|c| Ok(record::get(c, id(number))?)).unwrap().is_none() {
        let mut one = enrolment(number);
        one.residence.village = side.village().parse().unwrap();
        world.enrol(phone, &[push_of(number, 1, &one)]);
    }
    agree(world, number);
}

fn answer_of(world: &World, side: Side, phone: &Phone, state: &str) -> String {
    let export = export_of(world, side, phone);
    let text = "NIK;KPJ\n9901015205849001;26012345678\n";
    files::put_import(world, "answer", "", Some(&export), state, text, "jawaban.csv")
}

/// Somebody whom BPJS has refused.
fn refused_one(world: &World, side: Side, phone: &Phone) -> u8 {
    let number = side.first() + 4;
    export_of(world, side, phone);
    files::refuse(world, id(number));
    number
}

/// Somebody whom BPJS covers from today on, of whom a village's other calls know nothing.
fn covered_one(world: &World, side: Side, phone: &Phone) -> u8 {
    let (number, export) = (side.first() + 6, export_of(world, side, phone));
    enrol_and_agree(world, side, phone, number);
    let cover = |t: &payung_hub::store::sql::Transaction| {
        let row = record::get(t, id(number))?.unwrap();
        let from = day_here(world.now());
        let until = from.saturating_add(jiff::Span::new().days(300));
        let note = Note::Covered { kpj: crate::people::kpj(), from, until };
        note_in(&world.hub, t, row.id, row.change_seq, note, "user:sari").unwrap();
        let given = Cover { record: row.id, export, kpj: crate::people::kpj().to_string(), from, until, told_at: 0 };
        Ok(cover::put(t, &given)?)
    };
    world.hub.store.write::<_, HubError>(cover).unwrap();
    number
}

/// Somebody on a list whom a kader has not enrolled.
fn visited_one(world: &World, side: Side) {
    let put = |t: &payung_hub::store::sql::Transaction| {
        let (village, nik) = (side.village().parse().unwrap(), crate::people::nik(u32::from(side.first()) + 900));
        let (programme, source) = ("small".parse().unwrap(), payung_domain::programme::SourceId("usulan".into()));
        let name = format!("CONTOH KUNJUNGAN {}", side.village());
        let one = Candidate { nik, name, source, address: String::new(), rt: None, rw: None, outcome: None };
        candidate::put(t, &programme, village, &one, 0)?;
        Ok(candidate::note(t, (&programme, village), &VisitOutcome { nik, outcome: Some(Outcome::Died) }, "x", 0)?)
    };
    world.hub.store.write::<_, HubError>(put).unwrap();
}
