using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gateway.Testing.Faults;

/// <summary>
/// Secrets that can be recognised anywhere: put into every place where the product takes a secret, and looked for in everything that it
/// puts out, also where they have been encoded on the way.
/// </summary>
public sealed class Canary
{
    // Characters that URLs, JSON and HTML write differently, so that an encoded copy is told from a plain one.
    private const string Mark = "+/\"&=";

    private readonly Dictionary<string, string> _secrets = [];
    private readonly List<Needle> _needles = [];

    /// <summary>The secrets by name.</summary>
    public IReadOnlyDictionary<string, string> Secrets => _secrets;

    /// <summary>A new secret.</summary>
    /// <param name="name">What reports call it, such as <c>provider key</c>.</param>
    /// <param name="prefix">What it begins with, such as <c>sk-</c>.</param>
    /// <param name="isPlain">Of letters and digits alone, for places that take nothing else.</param>
    public string Add(string name, string prefix = "", bool isPlain = false)
    {
        var random = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
        var secret = isPlain ? prefix + "canary" + random : prefix + "canary" + random + Mark + random[..6];
        Know(name, secret);
        return secret;
    }

    /// <summary>A secret that the product has made, such as a token.</summary>
    public void Know(string name, string secret)
    {
        _secrets.Add(name, secret);
        var bytes = Encoding.UTF8.GetBytes(secret);
        Look("plain", bytes);
        Look("hex", Encoding.ASCII.GetBytes(Convert.ToHexString(bytes)));
        Look("hex", Encoding.ASCII.GetBytes(Convert.ToHexStringLower(bytes)));
        Look("UTF-16", Encoding.Unicode.GetBytes(secret));
        Look("URL", Encoding.ASCII.GetBytes(Uri.EscapeDataString(secret)));
        Look("URL", Encoding.ASCII.GetBytes(UrlEncoder.Default.Encode(secret)));
        Look("URL", Encoding.ASCII.GetBytes(System.Net.WebUtility.UrlEncode(secret)));
        Look("HTML", Encoding.UTF8.GetBytes(HtmlEncoder.Default.Encode(secret)));
        Look("JSON", JsonEncodedText.Encode(secret).EncodedUtf8Bytes);
        Look("JSON", JsonEncodedText.Encode(secret, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
        for (var before = 0; before < 3; before++)
        {
            // The characters of Base64 depend on how many bytes stand before; those at both ends on what stands there.
            var shifted = Convert.ToBase64String([.. new byte[before], .. bytes]);
            var inner = shifted[(before == 0 ? 0 : 4)..((before + bytes.Length) / 3 * 4)];
            Look("Base64", Encoding.ASCII.GetBytes(inner));
            Look("Base64", Encoding.ASCII.GetBytes(inner.Replace('+', '-').Replace('/', '_')));
        }

        void Look(string encoding, ReadOnlySpan<byte> needle)
        {
            var wanted = needle.ToArray();
            if (!_needles.Exists(n => n.Bytes.AsSpan().SequenceEqual(wanted)))
            {
                _needles.Add(new Needle(name, encoding, wanted));
            }
        }
    }

    /// <returns>What was found, as <c>name (encoding)</c>; empty when nothing leaks.</returns>
    public IReadOnlyList<string> Scan(string text) => Scan(Encoding.UTF8.GetBytes(text));

    /// <inheritdoc cref="Scan(string)"/>
    public IReadOnlyList<string> Scan(ReadOnlySpan<byte> bytes)
    {
        var found = new List<string>();
        foreach (var needle in _needles)
        {
            if (bytes.IndexOf(needle.Bytes) >= 0)
            {
                found.Add($"{needle.Name} ({needle.Encoding})");
            }
        }

        return found;
    }

    /// <summary>Looks through every file below a directory.</summary>
    /// <param name="isExempt">Files that may hold secrets, such as the key of the encryption itself.</param>
    /// <returns>What was found, as <c>file: name (encoding)</c>.</returns>
    public IReadOnlyList<string> ScanDirectory(string path, Func<string, bool>? isExempt = null)
    {
        var found = new List<string>();
        foreach (var file in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (isExempt?.Invoke(file) == true)
            {
                continue;
            }

            try
            {
                using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using var copy = new MemoryStream();
                stream.CopyTo(copy);
                found.AddRange(Scan(copy.GetBuffer().AsSpan(0, (int)copy.Length)).Select(f => $"{Path.GetRelativePath(path, file)}: {f}"));
            }
            catch (FileNotFoundException)
            {
                // Gone since it was listed.
            }
        }

        return found;
    }

    private sealed record Needle(string Name, string Encoding, byte[] Bytes);
}
