using System.Text;
using System.Text.Json;
using Gateway.Testing.Faults;

namespace Gateway.Core.Tests.Faults;

/// <summary>The tools that find faults, tried on faults that are there.</summary>
public sealed class FaultToolsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("plain")]
    [InlineData("hex")]
    [InlineData("UTF-16")]
    [InlineData("URL")]
    [InlineData("HTML")]
    [InlineData("JSON")]
    [InlineData("Base64")]
    public void Canary_EncodedInAnyWay_IsFound(string encoding)
    {
        var canary = new Canary();
        var secret = canary.Add("key", "sk-");
        for (var before = 0; before < 4; before++)
        {
            var text = new string('a', before) + secret + "zz";
            byte[] leak = encoding switch
            {
                "hex" => Encoding.ASCII.GetBytes(Convert.ToHexString(Encoding.UTF8.GetBytes(text))),
                "UTF-16" => Encoding.Unicode.GetBytes(text),
                "URL" => Encoding.ASCII.GetBytes(Uri.EscapeDataString(text)),
                "HTML" => Encoding.ASCII.GetBytes(System.Net.WebUtility.HtmlEncode(text).Replace("&#34;", "&quot;", StringComparison.Ordinal).Replace("+", "&#x2B;", StringComparison.Ordinal)),
                "JSON" => JsonSerializer.SerializeToUtf8Bytes(new { text }),
                "Base64" => Encoding.ASCII.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes(text))),
                _ => Encoding.UTF8.GetBytes(text),
            };

            Assert.Contains($"key ({encoding})", canary.Scan(leak));
        }
    }

    [Fact]
    public void Canary_NotThere_IsNotFound()
    {
        var canary = new Canary();
        var secret = canary.Add("key", "sk-");

        Assert.Empty(canary.Scan(secret[..^8] + secret[..8] + Convert.ToBase64String(Encoding.UTF8.GetBytes(secret[8..]))));
        Assert.Empty(canary.Scan("sk-…" + secret[^4..]));
    }

    [Fact]
    public void Canary_InAFileBelow_IsFoundWithItsPath()
    {
        var canary = new Canary();
        var secret = canary.Add("token", isPlain: true);
        var directory = Directory.CreateTempSubdirectory("gatehouse-tests-");
        directory.CreateSubdirectory("deep");
        File.WriteAllText(Path.Combine(directory.FullName, "deep", "a.log"), $"x {secret} y");
        File.WriteAllText(Path.Combine(directory.FullName, "key"), secret);

        var found = canary.ScanDirectory(directory.FullName, f => f.EndsWith("key", StringComparison.Ordinal));
        directory.Delete(recursive: true);

        Assert.Equal([$"{Path.Combine("deep", "a.log")}: token (plain)"], found);
    }

    [Fact]
    public void Ledger_LostAndRepeatedCalls_AreNamed()
    {
        var ledger = new CallLedger();
        foreach (var call in new[] { "a", "b", "c" })
        {
            ledger.Send(call);
            ledger.Answer(call);
            ledger.Arrive(call);
        }

        ledger.Arrive("b");
        ledger.Keep("a");
        ledger.Keep("b");

        Assert.Equal(["b: sent 1, answered 1, at the upstream 2, kept 1", "c: sent 1, answered 1, at the upstream 1, kept 0"], ledger.FindDifferences());
    }

    [Theory]
    [InlineData("Content-Length: 5\r\n\r\nhello", true, "hello")]
    [InlineData("Content-Length: 6\r\n\r\nhello", false, "hello")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", true, "hello")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-A: b\r\n\r\n", true, "hello")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", false, "hello")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n6\r\nhello", false, "hello")]
    [InlineData("Connection: close\r\n\r\nhello", true, "hello")]
    public async Task Client_ReadsAnAnswer_KnowsWhetherItIsWhole(string answer, bool isWhole, string body)
    {
        await using var upstream = new FaultUpstream(FaultScripts.Bytes("HTTP/1.1 200 OK\r\n" + answer));
        using var client = await FaultClient.ConnectAsync(upstream.Port, Cancel);

        await client.SendAsync(FaultClient.Request("GET", "/a", []), Cancel);
        var read = await client.ReadAnswerAsync(Cancel);

        Assert.Equal((200, isWhole, body, false), (read!.Status, read.IsWhole, read.Text, read.Body.IsReset));
        Assert.Equal("/a", Assert.Single(upstream.Calls).Head.Target);
    }

    [Fact]
    public async Task Upstream_Resets_ClientSeesIt()
    {
        await using var upstream = new FaultUpstream(FaultScripts.CutAfter("HTTP/1.1 200 OK\r\n\r\n", "hello"u8.ToArray(), call =>
        {
            call.Reset();
            return Task.CompletedTask;
        }));
        using var client = await FaultClient.ConnectAsync(upstream.Port, Cancel);

        await client.SendAsync(FaultClient.Request("GET", "/a", []), Cancel);
        var read = await client.ReadAnswerAsync(Cancel, upstream.Proceed);

        Assert.Equal((false, "hello", true), (read!.IsWhole, read.Text, read.Body.IsReset));
    }
}
