namespace Gateway.Testing.Wire;

/// <summary>Requests whose body ends in one place for one parser and in another for the next.</summary>
public static class FramingCorpus
{
    /// <summary>A whole body in chunks, and what is left of it for who reads no chunks.</summary>
    private const string Chunks = "5\r\nhello\r\n0\r\n\r\n";

    /// <summary>Ways to write a coding that some parsers take for <c>chunked</c> and others do not.</summary>
    private static readonly string[] OddCodings =
    [
        "Transfer-Encoding: xchunked", "Transfer-Encoding: chunkedx", "Transfer-Encoding: chunk", "Transfer-Encoding: cow", "Transfer-Encoding:",
        "Transfer-Encoding: identity", "Transfer-Encoding: gzip", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: identity, chunked",
        "Transfer-Encoding: chunked, identity", "Transfer-Encoding: chunked, gzip", "Transfer-Encoding: chunked, chunked", "Transfer-Encoding: chunked,",
        "Transfer-Encoding: ,chunked", "Transfer-Encoding: chunked;q=1", "Transfer-Encoding: chunked; a=b", "Transfer-Encoding: \"chunked\"",
        "Transfer-Encoding: 'chunked'", "Transfer-Encoding: chunked foo", "Transfer-Encoding: \x0bchunked", "Transfer-Encoding: chunked\x0b",
        "Transfer-Encoding: \x0cchunked", "Transfer-Encoding: chunked\0", "Transfer-Encoding: chun\0ked", "Transfer-Encoding: \u00a0chunked",
        "Transfer-Encoding: chunked\u0085", "Transfer-Encoding: chunked\u00ff", "Transfer-Encoding : chunked", "Transfer-Encoding\t: chunked",
        "Transfer-Encoding\0: chunked", " Transfer-Encoding: chunked", "\tTransfer-Encoding: chunked", "Transfer-Encoding:\r\n chunked",
        "Transfer-Encoding:\r\n\tchunked", "Transfer-Encoding: chun\r\n ked", "Transfer-Encoding: chunked\r\n , identity",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked", "Transfer-Encoding: cow\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: cow", "Transfer-Encoding: chunked\r\nTransfer-encoding: x", "X: y\nTransfer-Encoding: chunked",
        "X: y\rTransfer-Encoding: chunked", "Transfer-Encoding: chunked\nX: y", "Transfer-Encoding\n: chunked", "Transfer-Encoding\r\n: chunked",
        "Transfer-Encoding; chunked", "Transfer-Encoding chunked", "\x00Transfer-Encoding: chunked", "(Transfer-Encoding): chunked",
        "Transfer-Encoding:chunked\rX: y", "\"Transfer-Encoding\": chunked", "Trans\u00adfer-Encoding: chunked", "Transfer-Encoding\u00a0: chunked",
    ];

    /// <summary>Ways to write <c>chunked</c> that have this meaning.</summary>
    private static readonly string[] PlainCodings =
    [
        "Transfer-Encoding: chunked", "transfer-encoding: chunked", "TRANSFER-ENCODING: CHUNKED", "Transfer-Encoding:chunked", "Transfer-Encoding:\tchunked",
        "Transfer-Encoding: chunked ", "Transfer-Encoding: \t chunked\t ", "Transfer-Encoding: ChUnKeD",
    ];

    private static readonly string[] OddLengths =
    [
        "5, 5", "5,6", "6, 5", "5,", ",5", "5;", "5 5", "-5", "0x5", "5h", "5.0", "5e0", "1e1", "five", "", " ", "5\0", "\x0b5", "5\x0b", "5\x0c",
        "\u00a05", "5\u00a0", "\u0665", "\u00ef\u00bc\u0095", "99999999999999999999", "18446744073709551621", "9223372036854775808", "5\r\n 6", "\r\n 5", "5\n", "\n5", "5\r6",
        "'5'", "\"5\"", "5_0", "(5)", "5+0",
    ];

    private static readonly string[] OddSizes =
    [
        "0x5", "-5", "+5", "-1", "G", "", "5\n", "5\rx", "5;a\nb", "5;\n", "5;a=\nGET /smuggled", "100000000000000005", "FFFFFFFFFFFFFFFFF", "FFFFFFFF5", "800000005", "5 5", "5,",
        "5\0", "\x0b5", "5_", "h5", "٥", "5:", "\n5", "\r\n5",
    ];

    public static IEnumerable<WireCase> Cases =>
    [
        .. Codings(), .. Lengths(), .. Chunked(), .. Trailers(), .. Bodies(),
    ];

    private static IEnumerable<WireCase> Codings()
    {
        foreach (var coding in OddCodings)
        {
            yield return WireCase.Refused($"odd coding {coding}", WireCase.Head(coding) + Chunks + WireCase.Smuggled);
            yield return WireCase.Refused($"odd coding before a length {coding}", WireCase.Head($"{coding}\r\nContent-Length: 4") + Chunks + WireCase.Smuggled);
            yield return WireCase.Refused($"odd coding after a length {coding}", WireCase.Head($"Content-Length: 15\r\n{coding}") + Chunks + WireCase.Smuggled);
        }

        foreach (var coding in PlainCodings)
        {
            yield return new($"plain coding {coding}", WireCase.Head(coding) + Chunks, "POST /x hello");
            yield return WireCase.Refused($"CL.TE {coding}", WireCase.Head($"Content-Length: {15 + WireCase.Smuggled.Length}\r\n{coding}") + Chunks + WireCase.Smuggled);
            yield return WireCase.Refused($"TE.CL {coding}", WireCase.Head($"{coding}\r\nContent-Length: 4") + Chunks + WireCase.Smuggled);
            yield return WireCase.Refused($"CL 0 and {coding}", WireCase.Head($"{coding}\r\nContent-Length: 0") + Chunks + WireCase.Smuggled);
            yield return WireCase.Refused($"X-Content-Length beside {coding}", WireCase.Head($"{coding}\r\nX-Content-Length: 4") + Chunks + WireCase.Smuggled);
        }
    }

    private static IEnumerable<WireCase> Lengths()
    {
        foreach (var length in OddLengths)
        {
            yield return WireCase.Refused($"odd length {length}", WireCase.Head($"Content-Length: {length}") + "hello" + WireCase.Smuggled);
            yield return WireCase.Refused($"odd length before a good one {length}", WireCase.Head($"Content-Length: {length}\r\nContent-Length: 5") + "hello" + WireCase.Smuggled);
            yield return WireCase.Refused($"odd length after a good one {length}", WireCase.Head($"Content-Length: 5\r\nContent-Length: {length}") + "hello" + WireCase.Smuggled);
        }

        foreach (var name in new[] { "Content-Length ", "Content-Length\t", " Content-Length", "\tContent-Length", "Content-Length\0", "Content-Length\n", "\0Content-Length", "Content-Length\u00a0", "Content Length" })
        {
            yield return WireCase.Refused($"odd name of the length {name}", WireCase.Head($"{name}: 5") + "hello" + WireCase.Smuggled);
        }

        yield return WireCase.Refused("two equal lengths", WireCase.Head("Content-Length: 5\r\nContent-Length: 5") + "hello" + WireCase.Smuggled);
        yield return WireCase.Refused("two lengths, the first shorter", WireCase.Head("Content-Length: 0\r\nContent-Length: 5") + "hello" + WireCase.Smuggled);
        yield return WireCase.Refused("two lengths, the first longer", WireCase.Head("Content-Length: 50\r\nContent-Length: 5") + "hello" + WireCase.Smuggled);
        yield return WireCase.Refused("two lengths in other cases", WireCase.Head("content-length: 5\r\nCONTENT-LENGTH: 6") + "hello" + WireCase.Smuggled);
        foreach (var length in new[] { "05", "0005", " 5", "5 ", "\t5\t", "+5" })
        {
            yield return new($"length {length}", WireCase.Head($"Content-Length: {length}") + "hello", "POST /x hello");
        }
    }

    private static IEnumerable<WireCase> Chunked()
    {
        var head = WireCase.Head("Transfer-Encoding: chunked");
        foreach (var size in OddSizes)
        {
            yield return WireCase.Refused($"odd chunk size {size}", $"{head}{size}\r\nhello\r\n0\r\n\r\n{WireCase.Smuggled}");
            yield return WireCase.Refused($"odd size of the second chunk {size}", $"{head}2\r\nab\r\n{size}\r\nhello\r\n0\r\n\r\n{WireCase.Smuggled}");
        }

        foreach (var size in new[] { "5;a", "5;a=b", "5;a=\"b;c\"", "5;", "5;a=b;c=d", "05", "0000005", "5;a\tb", "5;" + new string('a', 3000) })
        {
            yield return new($"chunk size {size}", $"{head}{size}\r\nhello\r\n0\r\n\r\n", "POST /x hello");
        }

        foreach (var last in new[] { "0;a=b", "00", "0000000" })
        {
            yield return new($"last chunk {last}", $"{head}5\r\nhello\r\n{last}\r\n\r\n", "POST /x hello");
        }

        yield return new("chunks of one byte", head + string.Concat("hello".Select(c => $"1\r\n{c}\r\n")) + "0\r\n\r\n", "POST /x hello");
        yield return new("upper and lower hex", $"{head}a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n", "POST /x 01234567890123456789");
        yield return WireCase.Refused("chunk longer than its size", head + "4\r\nhello\r\n0\r\n\r\n" + WireCase.Smuggled);
        yield return WireCase.Refused("chunk shorter than its size", head + "6\r\nhello\r\n0\r\n\r\n" + WireCase.Smuggled);
        yield return WireCase.Refused("chunk without an end", head + "5\r\nhello0\r\n\r\n" + WireCase.Smuggled);
        yield return WireCase.Refused("chunk ended by LF", head + "5\r\nhello\n0\r\n\r\n" + WireCase.Smuggled);
        yield return WireCase.Refused("chunk ended by CR", head + "5\r\nhello\r0\r\n\r\n" + WireCase.Smuggled);
        yield return WireCase.Refused("chunk ended by two other bytes", head + "5\r\nhelloXX0\r\n\r\n" + WireCase.Smuggled);
        yield return WireCase.Refused("last chunk ended by LF", head + "5\r\nhello\r\n0\n\r\n" + WireCase.Smuggled);
        yield return WireCase.Refused("last chunk of a sign", head + "5\r\nhello\r\n-0\r\n\r\n" + WireCase.Smuggled);
        yield return WireCase.Refused("size of a million zeros", head + new string('0', 1_000_000) + "5\r\nhello\r\n0\r\n\r\n" + WireCase.Smuggled);
    }

    private static IEnumerable<WireCase> Trailers()
    {
        var body = WireCase.Head("Transfer-Encoding: chunked") + "5\r\nhello\r\n0\r\n";
        foreach (var trailer in new[] { "X-T: 1", "Content-Length: 50", "Transfer-Encoding: chunked", "Host: other", "Authorization: other", "X-A: 1\r\nX-B: 2", "Connection: close, X-Hop", "Trailer: X" })
        {
            yield return new($"trailer {trailer}", $"{body}{trailer}\r\n\r\n", "POST /x hello");
        }

        foreach (var trailer in new[] { "GET /smuggled HTTP/1.1", " X: folded", "X : 1", "X\0: 1", "X: 1\nY: 2", "X: \0", ": x", "X: 1\rY: 2" })
        {
            yield return WireCase.Refused($"odd trailer {trailer}", $"{body}{trailer}\r\n\r\n{WireCase.Smuggled}");
        }
    }

    /// <summary>Bodies where some servers expect none, and none where some expect one.</summary>
    private static IEnumerable<WireCase> Bodies()
    {
        var smuggled = WireCase.Smuggled;
        foreach (var method in new[] { "GET", "DELETE", "OPTIONS", "PUT", "PROPFIND", "X-ANY" })
        {
            yield return new($"{method} with a body that looks like a request", WireCase.Head($"Content-Length: {smuggled.Length}", $"{method} /x HTTP/1.1") + smuggled, $"{method} /x {smuggled}".TrimEnd());
            yield return new($"{method} with chunks that look like a request", WireCase.Head("Transfer-Encoding: chunked", $"{method} /x HTTP/1.1") + $"{smuggled.Length:x}\r\n{smuggled}\r\n0\r\n\r\n", $"{method} /x {smuggled}".TrimEnd());
        }

        yield return new("POST without a length", WireCase.Head("X: 1") + WireCase.Head("X: 2", "GET /y HTTP/1.1"), "POST /x", "GET /y");
        yield return new("POST of length 0", WireCase.Head("Content-Length: 0") + WireCase.Head("X: 2", "GET /y HTTP/1.1"), "POST /x", "GET /y");
        yield return new("names with underscores mean nothing", WireCase.Head("Content_Length: 5\r\nTransfer_Encoding: chunked") + WireCase.Head("X: 2", "GET /y HTTP/1.1"), "POST /x", "GET /y");
        yield return new("the content's coding is no framing", WireCase.Head("Content-Encoding: chunked\r\nContent-Length: 5") + "hello", "POST /x hello");
        yield return new("100 requests one after the other", string.Concat(Enumerable.Range(0, 100).Select(i => WireCase.Head("Content-Length: 3", $"POST /{i} HTTP/1.1") + "abc")), [.. Enumerable.Range(0, 100).Select(i => $"POST /{i} abc")]);
    }
}
