using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Gateway.Testing.Faults;

/// <summary>Reads HTTP/1.1 from a stream and keeps apart what a client of the usual kind would hide: how a body ended.</summary>
public sealed class WireReader(Stream stream)
{
    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;
    private bool _isReset;

    /// <summary>Whether the connection was reset, as far as reading has shown.</summary>
    public bool IsReset => _isReset;

    /// <returns>The head, or null when the connection ended before one was whole.</returns>
    public async Task<WireHead?> ReadHeadAsync(CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        while (await ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length > 0)
            {
                lines.Add(line);
            }
            else if (lines.Count > 0)
            {
                return new WireHead(lines[0], lines[1..]);
            }
        }

        return null;
    }

    /// <param name="isRequest">A request without a length has no body; an answer without one ends with its connection.</param>
    /// <param name="onFirst">Called when the first byte of the body is there.</param>
    public async Task<WireBody> ReadBodyAsync(WireHead head, bool isRequest, Action? onFirst, CancellationToken cancellationToken)
    {
        var body = new MemoryStream();
        var isChunked = head.Find("Transfer-Encoding")?.Contains("chunked", StringComparison.OrdinalIgnoreCase) == true;
        var length = long.TryParse(head.Find("Content-Length"), CultureInfo.InvariantCulture, out var declared) ? declared : (long?)null;
        var isWhole = isChunked ? await ReadChunksAsync(body, onFirst, cancellationToken)
            : length is { } known ? await CopyAsync(body, known, onFirst, cancellationToken)
            : isRequest || head.Status is 204 or 304
            || (await CopyAsync(body, long.MaxValue, onFirst, cancellationToken) is var _ && !_isReset);
        return new WireBody(body.ToArray(), isWhole, _isReset);
    }

    /// <summary>Reads and forgets until the other side has ended the connection.</summary>
    public async Task WaitForEndAsync(CancellationToken cancellationToken)
    {
        while (_start < _end || await FillAsync(cancellationToken))
        {
            _start = _end;
        }
    }

    private async Task<bool> ReadChunksAsync(MemoryStream body, Action? onFirst, CancellationToken cancellationToken)
    {
        while (await ReadLineAsync(cancellationToken) is { } line)
        {
            if (!long.TryParse(line.Split(';')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var size))
            {
                return false;
            }

            if (size == 0)
            {
                // Trailers, and the empty line that ends it all.
                while (await ReadLineAsync(cancellationToken) is { } trailer)
                {
                    if (trailer.Length == 0)
                    {
                        return true;
                    }
                }

                return false;
            }

            if (!await CopyAsync(body, size, onFirst, cancellationToken) || await ReadLineAsync(cancellationToken) is not { Length: 0 })
            {
                return false;
            }
        }

        return false;
    }

    private async Task<bool> CopyAsync(MemoryStream body, long count, Action? onFirst, CancellationToken cancellationToken)
    {
        while (count > 0 && (_start < _end || await FillAsync(cancellationToken)))
        {
            var taken = (int)Math.Min(count, _end - _start);
            var isFirst = body.Length == 0;
            body.Write(_buffer, _start, taken);
            _start += taken;
            count -= taken;
            if (isFirst)
            {
                onFirst?.Invoke();
            }
        }

        return count == 0;
    }

    /// <returns>The line without its end, or null when the connection ended first.</returns>
    private async Task<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (_start < _end || await FillAsync(cancellationToken))
        {
            var at = Array.IndexOf(_buffer, (byte)'\n', _start, _end - _start);
            var until = at < 0 ? _end : at;
            line.Append(Encoding.Latin1.GetString(_buffer, _start, until - _start));
            _start = at < 0 ? _end : at + 1;
            if (at >= 0)
            {
                return line.ToString().TrimEnd('\r');
            }
        }

        return null;
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        try
        {
            _start = 0;
            _end = 0;
            _end = await stream.ReadAsync(_buffer, cancellationToken);
            return _end > 0;
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
        {
            _isReset = true;
            return false;
        }
    }
}
