using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace ConsoleWeb.Hosting;

/// <summary>Connections and requests of all listeners since the start.</summary>
internal sealed class ConnectionCounts
{
    private readonly ConcurrentDictionary<Connection, ConnectionContext> _connections = new();
    private long _accepted;
    private long _open;
    private long _fresh;
    private long _busy;
    private long _requests;

    /// <summary>Connections accepted so far.</summary>
    public long Accepted => Interlocked.Read(ref _accepted);

    /// <summary>Connections open now.</summary>
    public long Active => Interlocked.Read(ref _open);

    /// <summary>Open connections whose first request has not come yet.</summary>
    public long Reading => Interlocked.Read(ref _fresh);

    /// <summary>Open connections with a request in work.</summary>
    public long Writing => Interlocked.Read(ref _busy);

    /// <summary>Open connections kept for a next request.</summary>
    public long Waiting => Math.Max(0, Active - Reading - Writing);

    /// <summary>Requests begun so far.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Counts a connection until the result is disposed.</summary>
    public Connection Open(ConnectionContext context)
    {
        Interlocked.Increment(ref _accepted);
        Interlocked.Increment(ref _open);
        Interlocked.Increment(ref _fresh);
        var connection = new Connection(this);
        _connections.TryAdd(connection, context);
        return connection;
    }

    /// <summary>Breaks off whatever is open.</summary>
    public void AbortAll()
    {
        foreach (var (_, context) in _connections)
        {
            context.Abort(new ConnectionAbortedException("The process is ending."));
        }
    }

    /// <summary>One open connection; over HTTP/2 it has several requests at a time.</summary>
    internal sealed class Connection(ConnectionCounts counts) : IDisposable
    {
        private int _requests;
        private int _isUsed;

        public void Begin()
        {
            Interlocked.Increment(ref counts._requests);
            TakeInUse();
            if (Interlocked.Increment(ref _requests) == 1)
            {
                Interlocked.Increment(ref counts._busy);
            }
        }

        public void End()
        {
            if (Interlocked.Decrement(ref _requests) == 0)
            {
                Interlocked.Decrement(ref counts._busy);
            }
        }

        public void Dispose()
        {
            TakeInUse();
            counts._connections.TryRemove(this, out _);
            Interlocked.Decrement(ref counts._open);
        }

        private void TakeInUse()
        {
            if (Interlocked.Exchange(ref _isUsed, 1) == 0)
            {
                Interlocked.Decrement(ref counts._fresh);
            }
        }
    }
}
