using System.Collections.Concurrent;

namespace Gateway.E2E.Kill9;

/// <summary>Callers that go on until the gateway is gone. Each call has a path of its own, by which the log must know it.</summary>
internal sealed class CallLoad(HttpClient http, string proxyUrl, int round) : IDisposable
{
    private const int ShortCallers = 6;

    private const int LongCallers = 5;

    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentDictionary<string, DateTimeOffset> _ended = new();
    private Task _running = Task.CompletedTask;
    private int _next;

    /// <summary>Paths of the calls that were answered whole, and when.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Ended => _ended;

    public void Start() => _running = Task.WhenAll(
        Enumerable.Range(0, ShortCallers).Select(_ => CallManyAsync()).Concat(Enumerable.Range(0, LongCallers).Select(i => CallAsync($"/load/long/{round}/{i}"))));

    public async Task StopAsync()
    {
        await _ending.CancelAsync();
        await _running;
    }

    public void Dispose() => _ending.Dispose();

    private async Task CallManyAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            await CallAsync($"/load/short/{round}/{Interlocked.Increment(ref _next)}");
        }
    }

    private async Task CallAsync(string path)
    {
        try
        {
            using var response = await http.GetAsync(new Uri(proxyUrl + path), _ending.Token);
            if (response.IsSuccessStatusCode)
            {
                _ended[path] = DateTimeOffset.UtcNow;
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            // Killed in the middle; so that the callers do not spin until somebody stops them.
            await Task.Delay(20, CancellationToken.None);
        }
    }
}
