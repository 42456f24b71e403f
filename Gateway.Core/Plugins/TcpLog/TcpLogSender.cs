using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using Gateway.Core.Plugins.LogDelivery;
using Gateway.Core.Upstreams;

namespace Gateway.Core.Plugins.TcpLog;

/// <summary>Writes lines to a connection that is kept while it is used, and closed when it has been idle for long enough.</summary>
internal sealed class TcpLogSender : IBatchSender, IDisposable
{
    private readonly TcpLogConfig _config;
    private readonly UpstreamClients _clients;
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;
    private readonly TimeSpan _keepalive;
    private readonly ITimer _idleTimer;

    /// <summary>The connection while nobody writes to it; whoever takes it out owns it.</summary>
    private TcpLogConnection? _idle;

    public TcpLogSender(TcpLogConfig config, UpstreamClients clients, TimeProvider time)
    {
        (_config, _clients, _time) = (config, clients, time);
        (_timeout, _keepalive) = (SenderTime.FromConfig(config.Timeout), SenderTime.FromConfig(config.Keepalive));
        _idleTimer = time.CreateTimer(static s => ((TcpLogSender)s!).Close(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public string Target => string.Create(CultureInfo.InvariantCulture, $"{_config.Host}:{_config.Port}");

    public async Task<string?> SendAsync(IReadOnlyList<byte[]> batch, CancellationToken cancellationToken)
    {
        byte[] lines = batch.Count == 1 ? batch[0] : [.. batch.SelectMany(b => b)];
        using var timeout = new CancellationTokenSource(_timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        if (Interlocked.Exchange(ref _idle, null) is { } kept)
        {
            // The server may have closed it just now; a new connection decides.
            if (!kept.IsClosed && await TryWriteAsync(kept, lines, either.Token) is null)
            {
                return null;
            }

            kept.Dispose();
        }

        try
        {
            var connection = await TcpLogConnection.OpenAsync(_config, _clients, _timeout, either.Token);
            if (await TryWriteAsync(connection, lines, either.Token) is not { } fault)
            {
                return null;
            }

            connection.Dispose();
            return fault;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "there was no connection in time";
        }
        catch (Exception exception) when (exception is IOException or SocketException or AuthenticationException)
        {
            return exception.Message;
        }
    }

    public void Dispose()
    {
        _idleTimer.Dispose();
        Close();
    }

    private async ValueTask<string?> TryWriteAsync(TcpLogConnection connection, byte[] lines, CancellationToken cancellationToken)
    {
        try
        {
            await connection.WriteAsync(lines, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return "it did not take the records in time";
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            return exception.Message;
        }

        _idle = connection;
        _idleTimer.Change(_keepalive, Timeout.InfiniteTimeSpan);
        return null;
    }

    private void Close() => Interlocked.Exchange(ref _idle, null)?.Dispose();
}
