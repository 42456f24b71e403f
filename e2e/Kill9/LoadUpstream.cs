using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gateway.E2E.Kill9;

/// <summary>An upstream that answers at once, and below <c>/long</c> streams until its caller is gone.</summary>
internal sealed class LoadUpstream : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _running;

    public LoadUpstream()
    {
        using (var socket = new TcpListener(IPAddress.Loopback, 0))
        {
            socket.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)socket.LocalEndpoint).Port}";
        }

        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _running = RunAsync();
    }

    public string Address { get; }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Close();
        await _running;
        _ending.Dispose();
    }

    private async Task RunAsync()
    {
        var answers = new List<Task>();
        try
        {
            while (true)
            {
                answers.RemoveAll(a => a.IsCompleted);
                answers.Add(AnswerAsync(await _listener.GetContextAsync()));
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            await Task.WhenAll(answers);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            using var response = context.Response;
            if (!context.Request.Url!.AbsolutePath.StartsWith("/long", StringComparison.Ordinal))
            {
                response.ContentLength64 = 2;
                await response.OutputStream.WriteAsync("ok"u8.ToArray(), _ending.Token);
                return;
            }

            response.SendChunked = true;
            while (true)
            {
                await response.OutputStream.WriteAsync(Encoding.ASCII.GetBytes("more\n"), _ending.Token);
                await response.OutputStream.FlushAsync(_ending.Token);
                await Task.Delay(TimeSpan.FromMilliseconds(100), _ending.Token);
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The caller was killed, or the test is over.
        }
    }
}
