using System.IO.Compression;
using System.Text;
using Gateway.Shared.Logging;
using Gateway.Testing.Faults;

namespace Gateway.Core.Tests.Faults;

/// <summary>The faults of upstreams, each with what a client of each way gets.</summary>
internal static class UpstreamFaultRows
{
    private const string Chunked = "Transfer-Encoding: chunked";
    private const string Close = "Connection: close";

    public static IReadOnlyDictionary<string, FaultRow> All { get; } =
        new[] { Unreachable, Silent, Malformed, Cuts, Contents, Statuses, Errors }.SelectMany(rows => rows()).ToDictionary(r => r.Name);

    private static IEnumerable<FaultRow> Unreachable()
    {
        yield return Nowhere("refuses the connection", FaultLab.Refused, 502, "connect_refused");
        yield return Nowhere("lets the connection wait", FaultLab.BlackHole, 504, "connect_timeout");
        yield return Nowhere("has no address", FaultLab.UnknownName, 503, "dns_error");
        yield return Nowhere("shows a certificate that nobody vouches for", FaultLab.Untrusted, 502, "tls_error:untrusted");
        yield return Nowhere("speaks no TLS", FaultLab.PlainInsteadOfTls, 502, "tls_error:handshake");
        yield return Nowhere("stalls in the TLS handshake", FaultLab.TlsStall, 504, "connect_timeout");
        yield return new FaultRow("has one dead address of two", GoodAnswer, Expected.Whole) { Place = FaultLab.TwoAddresses };

        static FaultRow Nowhere(string name, string place, int status, string detail) =>
            new(name, _ => null, _ => Expected.Error(status, detail)) { Place = place, Calls = 0 };
    }

    private static IEnumerable<FaultRow> Silent()
    {
        yield return new FaultRow("closes before a byte", _ => FaultScripts.Close(), _ => Expected.Error(502, "upstream_closed"));
        yield return new FaultRow("resets before a byte", _ => FaultScripts.Reset(), _ => Expected.Error(502, "upstream_reset"));
        yield return new FaultRow("closes within the head", _ => FaultScripts.Bytes("HTTP/1.1 200 OK\r\nContent-Le"), _ => Expected.Error(502, "upstream_closed"));
        yield return new FaultRow("sends no head", _ => FaultScripts.Stall(), _ => Expected.Error(504, "header_timeout")) { Place = FaultLab.Quick };
        yield return new FaultRow("drips its head", _ => FaultScripts.DripHead(TimeSpan.FromMilliseconds(30)), _ => Expected.Error(504, "header_timeout")) { Place = FaultLab.Quick };
        yield return new FaultRow(
            "falls silent in its answer",
            w => FaultScripts.CutAfter(Head(w, Chunked), FaultScripts.Chunk(w.Answer.Bytes[..w.Answer.Edge]), c => c.StallAsync()),
            w => Expected.Broken(w, RequestOutcome.UpstreamTimeout, "idle_timeout"))
        { Place = FaultLab.Patient };
    }

    private static IEnumerable<FaultRow> Malformed()
    {
        var length = "HTTP/1.1 200 OK\r\nContent-Length: ";
        yield return Nonsense("sends a status line of garbage", "garbage\r\n\r\n");
        yield return Nonsense("sends a status that is no number", "HTTP/1.1 abc OK\r\n\r\n");
        yield return Nonsense("sends 70 KiB of headers", $"HTTP/1.1 200 OK\r\nX-Long: {new string('x', 70 * 1024)}\r\nContent-Length: 0\r\n\r\n");
        yield return Nonsense("sends two lengths", length + "2\r\nContent-Length: 3\r\n\r\n{}x");
        yield return Nonsense("sends a length that is no number", length + "abc\r\n\r\n{}");
        yield return Nonsense("sends a negative length", length + "-5\r\n\r\n{}");
        yield return Nonsense("switches protocols unasked", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n");
        yield return new FaultRow("sends a chunk size that is no number", w => FaultScripts.Bytes(Head(w, Chunked) + "zz\r\nhello\r\n"), _ => Begun());
        yield return new FaultRow("sends a negative chunk size", w => FaultScripts.Bytes(Head(w, Chunked) + "-1\r\n"), _ => Begun());
        yield return new FaultRow(
            "writes past the end of its answer",
            w => FaultScripts.Bytes([.. Encoding.ASCII.GetBytes(Head(w, $"Content-Length: {w.Answer.Bytes.Length}")), .. w.Answer.Bytes, .. "HTTP/1.1 200 OK\r\n\r\nfor somebody else"u8]),
            Expected.Whole);
        yield return new FaultRow(
            "sends hints and a hundred before its answer",
            w => FaultScripts.Bytes(
                [.. "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"u8, .. Encoding.ASCII.GetBytes(Head(w, $"Content-Length: {w.Answer.Bytes.Length}")), .. w.Answer.Bytes]),
            Expected.Whole);

        static FaultRow Nonsense(string name, string answer) => new(name, _ => FaultScripts.Bytes(answer), _ => Expected.Error(502, "protocol_error"));

        static Expected Begun() => new(Shape.CutOrError, 502, RequestOutcome.UpstreamCut, "truncated");
    }

    /// <summary>Every framing, cut at every kind of place, by a close and by a reset.</summary>
    private static IEnumerable<FaultRow> Cuts()
    {
        foreach (var framing in new[] { "length", "chunks", "close" })
        {
            foreach (var place in new[] { "an edge", "a chunk", "an event", "a character" })
            {
                foreach (var isReset in new[] { false, true })
                {
                    if (place == "a chunk" && framing != "chunks")
                    {
                        continue;
                    }

                    yield return new FaultRow(
                        $"{(isReset ? "resets" : "closes")} at {place} of an answer with {framing}",
                        w => FaultScripts.CutAfter(Head(w, framing switch
                        {
                            "length" => $"Content-Length: {w.Answer.Bytes.Length}",
                            "chunks" => Chunked,
                            _ => Close,
                        }), Framed(framing, place, PartOf(w, place)), isReset ? ResetAsync : c => c.CloseAsync()),
                        w => framing == "close" && !isReset ? Unnoticed(w) : Expected.Broken(w));
                }
            }
        }

        static byte[] PartOf(Way way, string place) => way.Answer.Bytes[..(place switch
        {
            "an event" => way.Answer.Edge + 9,
            "a character" => way.Answer.InCharacter,
            _ => way.Answer.Edge,
        })];

        static byte[] Framed(string framing, string place, byte[] part) => (framing, place) switch
        {
            ("chunks", "a chunk") => [.. Encoding.ASCII.GetBytes($"{part.Length + 50:x}\r\n"), .. part],
            ("chunks", _) => FaultScripts.Chunk(part),
            _ => part,
        };

        // The end of such an answer is the end of its connection; only a format with an end mark of its own shows the cut.
        static Expected Unnoticed(Way way) => way switch
        {
            { IsPlain: true } or { IsStream: false, IsTranslated: false } => new(Shape.Same, 200, RequestOutcome.Ok, null, []),
            { IsStream: false } => Expected.Error(502, "translate_error"),
            _ => Expected.Broken(way),
        };

        static Task ResetAsync(FaultCall call)
        {
            call.Reset();
            return Task.CompletedTask;
        }
    }

    private static IEnumerable<FaultRow> Contents()
    {
        yield return new FaultRow("sends one byte at a time", w => async call =>
        {
            await call.ReadBodyAsync();
            await call.WriteAsync(Head(w, Close));
            await call.DripAsync(w.Answer.Bytes, 1, TimeSpan.Zero);
            await call.CloseAsync();
        }, Expected.Whole);
        foreach (var body in new[] { "{\"choices\":[{\"ind", "<html><body>Sorry</body></html>", "", "null", "[]" })
        {
            yield return new FaultRow(
                $"answers 200 with '{body}' for JSON",
                _ => FaultScripts.Answer(200, "application/json", body),
                w => w.IsTranslated ? Expected.Error(502, "translate_error") : new(Shape.Same, 200, RequestOutcome.Ok, null, Encoding.UTF8.GetBytes(body)))
            {
                IsPossible = w => !w.IsStream,
            };
        }

        byte[] odd = [0xEF, 0xBB, 0xBF, .. "{\"a\":\"\\ud800 "u8, 0xFF, 0xC0, 0x00, .. "\u2028"u8, .. "\"}"u8];
        yield return new FaultRow(
            "answers with bytes that are no text",
            _ => FaultScripts.Answer(200, "application/json", odd),
            w => w.IsTranslated ? Expected.Error(502, "translate_error") : new(Shape.Same, 200, RequestOutcome.Ok, null, odd))
        { IsPossible = w => !w.IsStream };
        yield return new FaultRow(
            "answers a stream with JSON",
            w => FaultScripts.Answer(200, "application/json", WayAnswer.Of(w.Upstream, isStream: false).Bytes),
            w => w.IsTranslated ? Expected.Whole(w) : new(Shape.Same, 200, RequestOutcome.Ok, null, WayAnswer.Of(w.Upstream, isStream: false).Bytes))
        {
            IsPossible = w => w.IsStream,
        };
        yield return new FaultRow(
            "ends its stream without a blank line",
            w => FaultScripts.Bytes([.. Encoding.ASCII.GetBytes(Head(w, Close)), .. w.Answer.Bytes[..^2]]),
            w => w.IsTranslated ? Expected.Whole(w) : new(Shape.Same, 200, RequestOutcome.Ok, null, w.Answer.Bytes[..^2]))
        { IsPossible = w => w.IsStream };
        foreach (var (name, end) in new[] { ("CRLF", "\r\n"), ("CR", "\r") })
        {
            yield return Stream($"ends its lines with {name}", w => w.Answer.Text.Replace("\n", end, StringComparison.Ordinal));
        }

        yield return Stream("sends comments and unknown events", w => ": hello\n\nretry: 5\n\nevent: gossip\ndata: {\"type\":\"gossip\"}\n\n" + w.Answer.Text);
        yield return Stream("sends a line of a mebibyte", w => $": {new string('x', 1024 * 1024)}\n\n" + w.Answer.Text);
        yield return new FaultRow(
            "sends an event that is too long to be read",
            w => FaultScripts.Bytes([.. Encoding.ASCII.GetBytes(Head(w, Close)), .. Oversized(w)]),
            w => w.IsTranslated ? new(Shape.CutOrError, 502, RequestOutcome.UpstreamError, "stream_error") : new(Shape.Same, 200, RequestOutcome.Ok, null, Oversized(w)))
        {
            IsPossible = w => w is { IsStream: true, Name: not "responses" },
        };
        yield return new FaultRow(
            "answers at length",
            w => FaultScripts.Answer(200, w.Answer.ContentType, Long(w)),
            w => w.IsTranslated ? Expected.Whole(w) : new(Shape.Same, 200, RequestOutcome.Ok, null, Long(w)));
        yield return Coded("gzip", s => new GZipStream(s, CompressionLevel.Fastest));
        yield return Coded("br", s => new BrotliStream(s, CompressionLevel.Fastest));
        yield return Coded("deflate", s => new ZLibStream(s, CompressionLevel.Fastest));
        yield return new FaultRow(
            "answers in a coding nobody knows",
            w => FaultScripts.Answer(200, w.Answer.ContentType, w.Answer.Bytes, "Content-Encoding: zstd"),
            w => w.IsTranslated ? Expected.Error(502, "protocol_error") : new(Shape.Same, 200, RequestOutcome.Ok, null, w.Answer.Bytes))
        { IsPossible = w => w.IsPlain || !w.IsStream };
        yield return new FaultRow(
            "answers with gzip that is broken",
            w => FaultScripts.Answer(200, w.Answer.ContentType, "\u001f\u008bnot gzip at all", "Content-Encoding: gzip"),
            w => w.IsPlain || !(w.IsTranslated || w.IsStream)
                ? new(Shape.Same, 200, RequestOutcome.Ok, null, Encoding.UTF8.GetBytes("\u001f\u008bnot gzip at all"))
                : new(Shape.CutOrError, 502, RequestOutcome.UpstreamError, "protocol_error"))
        { Lines = ["Accept-Encoding: gzip"] };
        var bomb = Pack(s => new GZipStream(s, CompressionLevel.Fastest), new byte[8 * 1024 * 1024]);
        yield return new FaultRow(
            "answers with a bomb",
            w => FaultScripts.Answer(200, w.Answer.ContentType, bomb, "Content-Encoding: gzip"),
            w => w.IsPlain || !(w.IsTranslated || w.IsStream)
                ? new(Shape.Same, 200, RequestOutcome.Ok, null, bomb)
                : new(Shape.CutOrError, 502, RequestOutcome.UpstreamError, "response_too_large"))
        { Lines = ["Accept-Encoding: gzip"] };
        yield return new FaultRow(
            "never ends",
            w => FaultScripts.Endless(Head(w, Close), w.IsStream ? Encoding.UTF8.GetBytes($": {new string('x', 60_000)}\n\n") : Encoding.UTF8.GetBytes(new string(' ', 60_000))),
            w => new(Shape.CutOrError, 502, RequestOutcome.UpstreamError, "response_too_large"))
        { IsPossible = w => !w.IsPlain };
        yield return new FaultRow(
            "answers before it has read the request",
            w => async call =>
            {
                await call.WriteAsync(Encoding.ASCII.GetBytes(Head(w, $"Content-Length: {w.Answer.Bytes.Length}")).Concat(w.Answer.Bytes).ToArray());
                await call.CloseAsync();
            },
            Expected.Whole);

        static FaultRow Stream(string name, Func<Way, string> text) => new(
            name,
            w => FaultScripts.Bytes([.. Encoding.ASCII.GetBytes(Head(w, Close)), .. Encoding.UTF8.GetBytes(text(w))]),
            w => w.IsTranslated ? Expected.Whole(w) : new(Shape.Same, 200, RequestOutcome.Ok, null, Encoding.UTF8.GetBytes(text(w))))
        { IsPossible = w => w.IsStream };

        // Of no round size, so that the last part fills no buffer.
        static byte[] Long(Way way) => way.IsStream
            ? [.. Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(": a comment to fill the room\n\n", 7001))), .. way.Answer.Bytes]
            : [.. way.Answer.Bytes, .. Encoding.ASCII.GetBytes(new string(' ', 200_123))];

        static byte[] Oversized(Way way) => [.. "data: {\"x\":\""u8, .. Encoding.ASCII.GetBytes(new string('x', 17 * 1024 * 1024)), .. "\"}\n\n"u8, .. way.Answer.Bytes];

        static FaultRow Coded(string coding, Func<Stream, Stream> coder) => new(
            $"answers in the coding {coding}",
            w => FaultScripts.Answer(200, w.Answer.ContentType, Pack(coder, w.Answer.Bytes), $"Content-Encoding: {coding}"),
            // A stream is decoded, so that its events can be read and passed on one by one; what is asked for as a whole stays as it is.
            w => w.IsTranslated ? Expected.Whole(w) : new(Shape.Same, 200, RequestOutcome.Ok, null, w.IsPlain || !w.IsStream ? Pack(coder, w.Answer.Bytes) : w.Answer.Bytes))
        {
            Lines = ["Accept-Encoding: gzip, br, deflate"],
        };

        static byte[] Pack(Func<Stream, Stream> coder, byte[] bytes)
        {
            var output = new MemoryStream();
            using (var stream = coder(output))
            {
                stream.Write(bytes);
            }

            return output.ToArray();
        }
    }

    private static IEnumerable<FaultRow> Statuses()
    {
        foreach (var status in new[] { 400, 404, 413, 422, 429, 500, 502, 503, 504, 529 })
        {
            foreach (var isHtml in new[] { false, true })
            {
                yield return new FaultRow(
                    $"answers {status}{(isHtml ? " with a page" : "")}",
                    w => FaultScripts.Answer(status, isHtml ? "text/html" : "application/json", Body(w, isHtml), "Retry-After: 7", "X-Trace: abc"),
                    w => new(
                        w.IsTranslated ? Shape.ForwardedError : Shape.Same,
                        w.IsTranslated ? StatusFor(w, status) : status,
                        RequestOutcome.UpstreamError,
                        w.IsPlain ? null : status == 429 ? "rate_limited" : status >= 500 ? "upstream_5xx" : "upstream_4xx",
                        Encoding.UTF8.GetBytes(Body(w, isHtml))))
                {
                    Check = (w, answer, _) =>
                    {
                        Assert.Equal("7", answer!.Head.Find("Retry-After"));
                        Assert.Equal("abc", answer.Head.Find("X-Trace"));
                    },
                };
            }
        }

        foreach (var status in new[] { 401, 403 })
        {
            yield return new FaultRow(
                $"refuses the key with {status} and repeats it",
                w => FaultScripts.Answer(status, "application/json", WayAnswer.Error(w.Upstream, $"wrong key: {FaultLab.Key}"), $"X-Your-Key: Bearer {FaultLab.Key}"),
                _ => new(Shape.ForwardedError, 403, RequestOutcome.UpstreamError, "key_rejected"))
            { IsPossible = w => !w.IsPlain };
        }

        yield return new FaultRow(
            "repeats the key in an error",
            w => FaultScripts.Answer(500, "application/json", WayAnswer.Error(w.Upstream, $"failed for {FaultLab.Key}"), $"X-Your-Key: Bearer {FaultLab.Key}"),
            w => new(w.IsTranslated ? Shape.ForwardedError : Shape.Same, 500, RequestOutcome.UpstreamError, "upstream_5xx", Encoding.UTF8.GetBytes(WayAnswer.Error(w.Upstream, "failed for REDACTED"))))
        {
            IsPossible = w => !w.IsPlain,
        };
        foreach (var status in new[] { 301, 302, 307, 308 })
        {
            yield return new FaultRow(
                $"answers {status}",
                _ => FaultScripts.Answer(status, "text/plain", "elsewhere", "Location: http://127.0.0.2:9/elsewhere"),
                _ => new(Shape.Same, status, RequestOutcome.Ok, null, "elsewhere"u8.ToArray()));
        }

        // Not every format knows every status.
        static int StatusFor(Way way, int status) => (status, way.Name) switch
        {
            (422, _) => 400,
            (529, "chat-messages") => 503,
            _ => status,
        };

        static string Body(Way way, bool isHtml) => isHtml ? "<html><body><h1>Bad day</h1></body></html>" : WayAnswer.Error(way.Upstream, "no luck today");
    }

    private static IEnumerable<FaultRow> Errors()
    {
        yield return new FaultRow(
            "sends an error within its stream",
            w => FaultScripts.Bytes([.. Encoding.ASCII.GetBytes(Head(w, Close)), .. Encoding.UTF8.GetBytes(WayAnswer.WithError(w.Upstream))]),
            w => w.IsTranslated
                ? new(Shape.ErrorEvent, 200, RequestOutcome.UpstreamError, "stream_error")
                : new(Shape.Same, 200, RequestOutcome.UpstreamError, "stream_error", Encoding.UTF8.GetBytes(WayAnswer.WithError(w.Upstream))))
        {
            IsPossible = w => w is { IsStream: true, IsPlain: false },
            Check = (_, _, record) => Assert.Equal("too much to do", record.ErrorMessage),
        };
    }

    private static FaultScript GoodAnswer(Way way) => FaultScripts.Answer(200, way.Answer.ContentType, way.Answer.Bytes);

    private static string Head(Way way, params string[] lines) => FaultScripts.Head(200, way.Answer.ContentType, lines);
}
