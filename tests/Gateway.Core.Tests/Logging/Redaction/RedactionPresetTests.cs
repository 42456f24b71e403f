using System.Diagnostics;
using System.Text.Json;
using Gateway.Core.Logging.Redaction;

namespace Gateway.Core.Tests.Logging.Redaction;

public sealed class RedactionPresetTests
{
    private const string Random = "aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY";

    /// <summary>Secrets are put together here, so that no scanner takes this file for a leak. <c>§</c> stands for a string of chance.</summary>
    public static TheoryData<string, string, string> Found => new()
    {
        { "api-key", "key: sk-ant" + "-api03-§-x_y.", "key: [redacted:api-key]." },
        { "api-key", "sk-§", "[redacted:api-key]" },
        { "api-key", "(sk-proj-abc_def-§)", "([redacted:api-key])" },
        { "api-key", "AIza§, gsk" + "_§", "[redacted:api-key], [redacted:api-key]" },
        { "api-key", "id AKIA" + "ABCDEFGHIJ234567 here", "id [redacted:api-key] here" },
        { "api-key", "\"ghp" + "_§\"", "\"[redacted:api-key]\"" },
        { "api-key", "kpat_§§", "[redacted:api-key]" },
        { "api-key", @"{\""env\"":\""A=1\nsk-§\nB=2\""}", @"{\""env\"":\""A=1\n[redacted:api-key]\nB=2\""}" },
        { "bearer-token", "Authorization: Bearer §==", "Authorization: Bearer [redacted:bearer-token]" },
        { "bearer-token", "-H 'authorization:bearer  ab.§~+/'", "-H 'authorization:bearer  [redacted:bearer-token]'" },
        { "jwt", "t=eyJhbGciOi" + "JIUzI1NiJ9.eyJzdWIiOi" + "IxMjM0NSJ9.§_- end", "t=[redacted:jwt] end" },
        { "jwt", "eyJhbGciOi" + "JIUzI1NiJ9.eyJzdWIiOi" + "IxMjM0NSJ9.", "[redacted:jwt]" },
        { "jwt", "cut: eyJhbGciOiJSUzI1NiIsImtpZCI6§", "cut: [redacted:jwt]" },
        { "private-key", "a\n-----BEGIN RSA PRIVATE" + " KEY-----\nMIIE§\n§=\n-----END RSA PRIVATE" + " KEY-----\nb", "a\n[redacted:private-key]\nb" },
        { "private-key", "-----BEGIN OPENSSH PRIVATE" + " KEY-----\nb3Bl§", "[redacted:private-key]" },
        { "private-key", @"-----BEGIN PRIVATE" + @" KEY-----\nMIIE§\n-----END PRIVATE" + @" KEY-----\n", @"[redacted:private-key]\n" },
        { "private-key", @"{\""key\"":\""-----BEGIN PRIVATE" + @" KEY-----\nMIIE§\"",\""x\"":1}", @"{\""key\"":\""[redacted:private-key]\"",\""x\"":1}" },
        { "private-key", @"\u0022-----BEGIN PRIVATE" + @" KEY-----\nMIIE\u002B§\u0022}", @"\u0022[redacted:private-key]\u0022}" },
        { "email", "Author: Ann <ann.b+c@mail.example.org>", "Author: Ann <[redacted:email]>" },
        { "email", "an @handle, then bob@example.co.uk.", "an @handle, then [redacted:email]." },
        { "email", @"x\nann@example.org", @"x\n[redacted:email]" },
        { "email", @"\u003cann.b\u002Bc@example.org\u003e", @"\u003c[redacted:email]\u003e" },
        { "email", @"\\u003cj\\u00f6rg@example.org", @"\\u003c[redacted:email]" },
        { "email", "jörg@bücher.example", "[redacted:email]" },
        { "card", "4111 1111 1111 1111 and 4111-1111-1111-1111", "[redacted:card] and [redacted:card]" },
        { "card", "pay 378282246310005, 5555555555554444; 6011111111111117", "pay [redacted:card], [redacted:card]; [redacted:card]" },
        { "card", "2223003122003222 in 2026", "[redacted:card] in 2026" },
        { "card", "of 2024 4111111111111111", "of 2024 [redacted:card]" },
    };

    public static TheoryData<string, string> Kept => new()
    {
        { "api-key", "a task-management-system-2024-with-a-disk-utilisation-dashboard" },
        { "api-key", "sk-learn-compatible-estimators-and-pipelines" },
        { "api-key", "AKIALOWERorTooLong" },
        { "api-key", "sk-short1" },
        { "api-key", "XAKIAABCDEFGHIJ234567" },
        { "bearer-token", "the bearer authentication-mechanism-of-old" },
        { "bearer-token", "Bearer of 12345678901234567890" },
        { "jwt", "eyJ.eyJ" },
        { "jwt", "data:image/png;base64,iVBORw0KeyJabcdefghijklmn.opqrstuvwxyz" },
        { "private-key", "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----" },
        { "private-key", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----" },
        { "email", "react@18.2.0 and @scope/pkg@1.2.3" },
        { "email", "user@localhost, a@b, @ and @@" },
        { "card", "4111111111111112" },
        { "card", "1700000000000 and 1700000000000000000" },
        { "card", "abc4111111111111111, 4111111111111111f, 3.4111111111111111" },
        { "card", "41 11 11 11 11 11 11 11" },
        { "card", "4111 1111-1111 1111" },
        { "card", "2024-01-15 10 20 30 40 50 60" },
    };

    [Theory]
    [MemberData(nameof(Found))]
    public void Preset_Secret_GoesAndNothingElse(string preset, string text, string expected) =>
        Assert.Equal(expected, Replace(preset, text.Replace("§", Random, StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Kept))]
    public void Preset_WhatOnlyLooksAlike_Stays(string preset, string text) => Assert.Same(text, Replace(preset, text));

    [Theory]
    [MemberData(nameof(Found))]
    public void Preset_Twice_ChangesNothingMore(string preset, string text, string expected)
    {
        _ = expected;
        var once = Replace(preset, text.Replace("§", Random, StringComparison.Ordinal));

        Assert.All(RedactionPreset.All, p => Assert.Same(once, p.Rule.Replace(once)));
    }

    [Fact]
    public void Preset_TextWithoutItsAnchors_IsNeverChanged()
    {
        // What the quick look before the rules relies on.
        foreach (var row in Found)
        {
            var (preset, text, _) = row.Data;
            var rule = RedactionPreset.Find(preset)!.Rule;

            Assert.True(rule.Anchors.Count == 0 || rule.Anchors.Any(a => text.Contains(a, StringComparison.OrdinalIgnoreCase)), text);
        }
    }

    /// <summary>Texts that make a careless search look again and again at what it has seen.</summary>
    [Theory]
    [InlineData("sk-ant-")]
    [InlineData("sk-")]
    [InlineData("a@")]
    [InlineData("eyJ")]
    [InlineData("eyJabcdefghijk.")]
    [InlineData("-----BEGIN PRIVATE")]
    [InlineData("-----BEGIN PUBLIC KEY-----")]
    [InlineData("bearer ")]
    [InlineData("4")]
    [InlineData("411 ")]
    [InlineData(@"\\\\n")]
    public void Presets_HostileText_TakeTimeThatGrowsWithItsLengthAlone(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 1_000_000 / piece.Length));
        var clock = Stopwatch.StartNew();

        foreach (var preset in RedactionPreset.All)
        {
            _ = preset.Rule.Replace(text);
        }

        // Linear searches take some ten milliseconds; quadratic ones minutes.
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"{clock.Elapsed}");
    }

    [Fact]
    public void Presets_RandomBodies_LeaveValidJson()
    {
        var random = new Random(20261127);
        // The first part of a token is one only where the text ends.
        string[] pieces = [.. Found.Where(r => !r.Data.Item2.StartsWith("cut:", StringComparison.Ordinal)).Select(r => r.Data.Item2.Replace("§", Random, StringComparison.Ordinal)), "\n", "\"", "\\", "ä", "😀", " ", "x"];
        for (var i = 0; i < 500; i++)
        {
            var text = string.Join(' ', Enumerable.Range(0, random.Next(1, 8)).Select(_ => pieces[random.Next(pieces.Length)]));
            var inner = JsonSerializer.Serialize(new Dictionary<string, string> { ["arguments"] = text });
            var body = JsonSerializer.Serialize(new Dictionary<string, object> { ["a"] = text, [text] = 1, ["nested"] = inner, ["number"] = 4111111111111111 });

            var kept = Redact(body);

            using var parsed = JsonDocument.Parse(kept);
            // The JSON within a string stays JSON, too.
            using var nested = JsonDocument.Parse(parsed.RootElement.GetProperty("nested").GetString()!);
            Assert.Equal("[redacted:card]", parsed.RootElement.GetProperty("number").GetString());
            Assert.Equal(kept, Redact(kept));
            Assert.DoesNotContain(Random, kept, StringComparison.Ordinal);
        }
    }

    private static string Replace(string preset, string text) => RedactionPreset.Find(preset)!.Rule.Replace(text);

    private static string Redact(string body)
    {
        var redactor = new PayloadRedactor(Microsoft.Extensions.Options.Options.Create(new RedactionOptions()), TimeProvider.System);
        return redactor.Try(body, new RedactionSettings { Presets = [.. RedactionPreset.All.Select(p => p.Id)] }, null).Kept;
    }
}
