//! Every address of the office, and the act that it is for. The router is made of this table and of nothing else: an
//! address that names no act can't be written down, and a test tries each one with every role.

use super::{CARD_STYLE, ICON, SCRIPT, STYLE, asset};
use super::{
    account, batch, export, exports, home, import, irregularities, irregularity, judge, lists, membership, people,
    person, phones, photos, pictures, programme, queue, quota, record, records, refusal, reports, second_factor,
    sign_in, steps, trail, visits, worker_card,
};
use crate::files::table::MOST_BYTES;
use crate::hub::Hub;
use crate::rights::Act;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodRouter, get, post};
use std::sync::Arc;

/// One address with its method.
pub struct Route {
    /// GET or POST.
    pub method: Method,
    /// As axum writes it, for example `/catatan/{id}`.
    pub path: &'static str,
    /// What the table of rights is asked.
    pub act: Act,
    /// It takes a file: larger than a form, and slower on a bad line.
    pub is_upload: bool,
    pub(super) handler: MethodRouter<Arc<Hub>>,
}

fn page<H: Handler<T, Arc<Hub>>, T: 'static>(act: Act, path: &'static str, handler: H) -> Route {
    Route { method: Method::GET, path, act, is_upload: false, handler: get(handler) }
}

fn form<H: Handler<T, Arc<Hub>>, T: 'static>(act: Act, path: &'static str, handler: H) -> Route {
    Route { method: Method::POST, path, act, is_upload: false, handler: post(handler) }
}

fn upload<H: Handler<T, Arc<Hub>>, T: 'static>(act: Act, path: &'static str, handler: H) -> Route {
    // the file itself is counted while it comes; this holds for it with what a form has around it
    let limit = DefaultBodyLimit::max(MOST_BYTES as usize + (64 << 10));
    Route { method: Method::POST, path, act, is_upload: true, handler: post(handler).layer(limit) }
}

/// The table.
pub fn routes() -> Vec<Route> {
    vec![
        page(Act::Enter, "/masuk", sign_in::form),
        form(Act::Enter, "/masuk", sign_in::enter),
        page(Act::Enter, "/masuk/kode", sign_in::code_form),
        form(Act::Enter, "/masuk/kode", sign_in::enter_code),
        page(Act::Enter, "/office.css", || asset("text/css; charset=utf-8", STYLE)),
        page(Act::Enter, "/office.js", || asset("text/javascript; charset=utf-8", SCRIPT)),
        // not the office's: for workers without the app, who have no session and get none
        page(Act::OpenCard, "/kartu", worker_card::form),
        form(Act::OpenCard, "/kartu", worker_card::open),
        page(Act::OpenCard, "/kartu.css", || asset("text/css; charset=utf-8", CARD_STYLE)),
        page(Act::Enter, "/payung.svg", || asset("image/svg+xml", ICON)),
        form(Act::KeepAccount, "/keluar", sign_in::leave),
        page(Act::KeepAccount, "/saya", account::show),
        form(Act::KeepAccount, "/saya/sandi", account::change_password),
        form(Act::KeepAccount, "/saya/kode", second_factor::begin),
        form(Act::KeepAccount, "/saya/kode/pasang", second_factor::confirm),
        form(Act::KeepAccount, "/saya/kode/lepas", second_factor::drop_it),
        form(Act::KeepAccount, "/saya/sesi/akhiri", account::end_others),
        form(Act::KeepAccount, "/saya/sesi/{id}/akhiri", account::end_one),
        page(Act::SeeRecords, "/", home::home),
        page(Act::SeeRecords, "/gambaran", pictures::show),
        page(Act::SeeRecords, "/gambaran/unduh/{nama}", pictures::file),
        page(Act::SeeProgramme, "/gambaran/anggaran/{id}", pictures::money_file),
        page(Act::SeeRecords, "/catatan", records::list),
        page(Act::SeeRecords, "/catatan/{id}", record::show),
        page(Act::SeePhotos, "/foto/{sha256}", photos::photo),
        page(Act::Decide, "/periksa", queue::show),
        form(Act::Decide, "/periksa/lanjut", queue::go_on),
        form(Act::Decide, "/periksa/sekaligus", batch::begin),
        page(Act::Decide, "/periksa/sekaligus/{id}", batch::show),
        form(Act::Decide, "/periksa/sekaligus/{id}/lihat", batch::look),
        form(Act::Decide, "/periksa/sekaligus/{id}/setujui", batch::approve),
        form(Act::Decide, "/periksa/sekaligus/{id}/hentikan", batch::give_up),
        form(Act::Decide, "/catatan/{id}/pegang", queue::keep),
        form(Act::Decide, "/catatan/{id}/lepas", queue::leave),
        form(Act::Decide, "/catatan/{id}/ambil-alih", queue::take_over),
        form(Act::Decide, "/catatan/{id}/batal", queue::undo),
        form(Act::Decide, "/catatan/{id}/setujui", judge::approve),
        form(Act::Decide, "/catatan/{id}/kembalikan", judge::give_back),
        form(Act::Decide, "/catatan/{id}/tolak", judge::reject),
        form(Act::Decide, "/catatan/{id}/akhiri", judge::end),
        page(Act::SeeProgramme, "/program/{id}", programme::show),
        page(Act::SeeProgramme, "/program/{id}/kuota", quota::preview),
        form(Act::ChangeQuota, "/program/{id}/kuota", quota::change),
        page(Act::SeeLists, "/daftar", lists::list),
        upload(Act::ImportList, "/daftar", lists::bring),
        page(Act::SeeLists, "/daftar/{id}", import::list),
        form(Act::ImportList, "/daftar/{id}/kolom", steps::plan_list),
        form(Act::ImportList, "/daftar/{id}/setuju", steps::agree_list),
        form(Act::ImportList, "/daftar/{id}/buang", steps::drop_list),
        page(Act::ImportList, "/daftar/{id}/salah.csv", steps::problems_of_list),
        page(Act::ImportList, "/daftar/kunjungan.csv", visits::outcomes),
        page(Act::SeeExports, "/berkas", exports::list),
        form(Act::ExportFiles, "/berkas", exports::make),
        page(Act::SeeExports, "/berkas/{id}", export::show),
        page(Act::ExportFiles, "/berkas/{id}/xlsx", export::xlsx),
        page(Act::ExportFiles, "/berkas/{id}/csv", export::csv),
        upload(Act::ExportFiles, "/berkas/{id}/jawaban", export::bring),
        page(Act::ExportFiles, "/jawaban/{id}", import::answer),
        form(Act::ExportFiles, "/jawaban/{id}/kolom", steps::plan_answer),
        form(Act::ExportFiles, "/jawaban/{id}/setuju", steps::agree_answer),
        form(Act::ExportFiles, "/jawaban/{id}/buang", steps::drop_answer),
        page(Act::ExportFiles, "/jawaban/{id}/salah.csv", steps::problems_of_answer),
        form(Act::ExportFiles, "/catatan/{id}/bpjs", refusal::settle),
        form(Act::ExportFiles, "/catatan/{id}/perlindungan", membership::mend),
        page(Act::SeeReports, "/laporan", reports::show),
        page(Act::SeeReports, "/laporan/xlsx", reports::xlsx),
        page(Act::SeeReports, "/laporan/csv", reports::csv),
        page(Act::SeeIrregularities, "/pengaduan", irregularities::list),
        page(Act::SeeIrregularities, "/pengaduan/{id}", irregularity::show),
        form(Act::HandleIrregularities, "/pengaduan/{id}/tangani", irregularity::look),
        form(Act::HandleIrregularities, "/pengaduan/{id}/tutup", irregularity::close),
        page(Act::SeePhones, "/hp", phones::list),
        form(Act::PairPhone, "/hp/kode", phones::new_code),
        form(Act::BlockPhone, "/hp/{id}/blokir", phones::block),
        page(Act::SeePeople, "/orang", people::list),
        form(Act::KeepPeople, "/orang", people::invite),
        page(Act::SeePeople, "/orang/{name}", person::show),
        form(Act::KeepPeople, "/orang/{name}/peran", person::set_role),
        form(Act::KeepPeople, "/orang/{name}/sandi", person::reset_password),
        form(Act::KeepPeople, "/orang/{name}/kode/lepas", person::drop_second_factor),
        form(Act::KeepPeople, "/orang/{name}/tutup", person::disable),
        form(Act::KeepPeople, "/orang/{name}/buka", person::enable),
        form(Act::KeepPeople, "/orang/{name}/sesi/akhiri", person::end_all),
        form(Act::KeepPeople, "/orang/{name}/sesi/{id}/akhiri", person::end_one),
        page(Act::SeeAudit, "/jejak", trail::show),
    ]
}
