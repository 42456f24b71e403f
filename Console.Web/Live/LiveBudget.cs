namespace ConsoleWeb.Live;

/// <summary>
/// What live pages may take of the machine together for drawing themselves. One draws at a time and rests afterwards, so that pages which many
/// people keep open are drawn less often instead of holding up requests. What a person does is drawn at once and does not count.
/// </summary>
/// <param name="cores">Of the machine.</param>
public sealed class LiveBudget(TimeProvider time, int cores) : IDisposable
{
    private const double Share = 0.025;

    /// <summary>One page that takes long does not keep the others waiting for longer.</summary>
    private static readonly TimeSpan LongestRest = TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly double _restPerDrawing = Math.Max(0, (1 / (Share * cores)) - 1);
    private long _drawnAt;
    private TimeSpan _rest;

    /// <summary>Draws when it is this page's turn.</summary>
    /// <exception cref="OperationCanceledException">The page was left meanwhile.</exception>
    public async Task DrawAsync(Action draw, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var rest = _rest - time.GetElapsedTime(_drawnAt);
            if (rest > TimeSpan.Zero)
            {
                await Task.Delay(rest, time, cancellationToken);
            }

            var began = time.GetTimestamp();
            draw();
            _drawnAt = time.GetTimestamp();
            var wanted = time.GetElapsedTime(began, _drawnAt) * _restPerDrawing;
            _rest = wanted < LongestRest ? wanted : LongestRest;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
