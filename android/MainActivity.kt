package dev.dioxus.main

import android.content.ActivityNotFoundException
import android.content.ClipData
import android.content.Intent
import android.content.res.Configuration
import android.net.Uri
import android.os.Bundle
import android.util.Base64
import android.view.View
import android.view.WindowManager
import android.webkit.JavascriptInterface
import android.webkit.WebView
import androidx.activity.OnBackPressedCallback
import androidx.core.content.FileProvider
import androidx.core.view.ViewCompat
import androidx.core.view.WindowCompat
import androidx.core.view.WindowInsetsCompat
import id.payung.app.R
import java.io.File

// wry's Logger looks for BuildConfig in this package; Gradle writes it into the application's.
typealias BuildConfig = id.payung.app.BuildConfig

/** The one window: keeps the page clear of the system's bars and hands it the back key. */
class MainActivity : WryActivity() {
    // The router's history lives in Rust. The webview's own never grows, so wry would leave the app on each press.
    override val handleBackNavigation: Boolean = false

    private var page: WebView? = null

    override fun onCreate(savedInstanceState: Bundle?) {
        // The list of recent apps would keep a picture of somebody's NIK and KTP.
        if (!BuildConfig.DEBUG) window.addFlags(WindowManager.LayoutParams.FLAG_SECURE)
        WindowCompat.setDecorFitsSystemWindows(window, false)
        super.onCreate(savedInstanceState)
        padContent()
        colourBars()
        onBackPressedDispatcher.addCallback(this, object : OnBackPressedCallback(true) {
            override fun handleOnBackPressed() = askPage()
        })
    }

    override fun onWebViewCreate(webView: WebView) {
        page = webView
        // What is typed here is another person's: no password or autofill service may learn it.
        webView.importantForAutofill = View.IMPORTANT_FOR_AUTOFILL_NO_EXCLUDE_DESCENDANTS
        webView.addJavascriptInterface(Sharing(), "payungSystem")
    }

    /** What the page may ask of the system; it loads no page but ours. */
    private inner class Sharing {
        /** Opens the dialler with a number; the person presses the button. */
        @JavascriptInterface
        fun dial(number: String) {
            val intent = Intent(Intent.ACTION_DIAL, Uri.fromParts("tel", number, null))
            runOnUiThread {
                // a tablet may have no dialler; the number stands on the button
                try { startActivity(intent) } catch (none: ActivityNotFoundException) { }
            }
        }

        /** Hands a file to the app that the person chooses; the last one makes way for it. */
        @JavascriptInterface
        fun share(name: String, letters: String) {
            val folder = File(cacheDir, "shared").apply { deleteRecursively(); mkdirs() }
            val file = File(folder, File(name).name).apply { writeBytes(Base64.decode(letters, Base64.DEFAULT)) }
            val address = FileProvider.getUriForFile(this@MainActivity, "id.payung.app.files", file)
            val intent = Intent(Intent.ACTION_SEND)
                .setType(
                    when (file.extension) {
                        "png" -> "image/png"
                        "pdf" -> "application/pdf"
                        else -> "application/octet-stream"
                    }
                )
                .putExtra(Intent.EXTRA_STREAM, address)
                .addFlags(Intent.FLAG_GRANT_READ_URI_PERMISSION)
            intent.clipData = ClipData.newRawUri("", address)
            runOnUiThread { startActivity(Intent.createChooser(intent, null)) }
        }
    }

    override fun onConfigurationChanged(newConfig: Configuration) {
        super.onConfigurationChanged(newConfig)
        colourBars()
    }

    /** The page answers true when it went a step back; otherwise the app steps aside, and nothing is ended. */
    private fun askPage() {
        val asked = page
        if (asked == null) {
            moveTaskToBack(true)
            return
        }
        asked.evaluateJavascript("!!(window.__back && window.__back())") { answer ->
            if (answer != "true") moveTaskToBack(true)
        }
    }

    /** Android 15 draws edge to edge whether asked or not; older systems are made to, so that all behave alike. */
    private fun padContent() {
        ViewCompat.setOnApplyWindowInsetsListener(findViewById(android.R.id.content)) { content, insets ->
            val covered = insets.getInsets(
                WindowInsetsCompat.Type.systemBars() or
                    WindowInsetsCompat.Type.displayCutout() or
                    WindowInsetsCompat.Type.ime()
            )
            content.setPadding(covered.left, covered.top, covered.right, covered.bottom)
            WindowInsetsCompat.CONSUMED
        }
    }

    private fun colourBars() {
        val mode = resources.configuration.uiMode and Configuration.UI_MODE_NIGHT_MASK
        val dark = mode == Configuration.UI_MODE_NIGHT_YES
        window.decorView.setBackgroundColor(getColor(R.color.payung_ground))
        WindowCompat.getInsetsController(window, window.decorView).apply {
            isAppearanceLightStatusBars = !dark
            isAppearanceLightNavigationBars = !dark
        }
    }
}
