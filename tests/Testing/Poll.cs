using System.Diagnostics;

namespace Gateway.Testing;

/// <summary>Waits for something that happens on another thread, with a deadline instead of a fixed sleep.</summary>
public static class Poll
{
    /// <returns>True once the condition held; false when ten seconds (or <paramref name="timeout"/>) passed first.</returns>
    public static Task<bool> UntilAsync(Func<bool> condition, TimeSpan? timeout = null) => UntilAsync(() => Task.FromResult(condition()), timeout);

    /// <inheritdoc cref="UntilAsync(Func{bool}, TimeSpan?)"/>
    public static async Task<bool> UntilAsync(Func<Task<bool>> condition, TimeSpan? timeout = null)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed > (timeout ?? TimeSpan.FromSeconds(10)))
            {
                return false;
            }

            await Task.Delay(5);
        }

        return true;
    }
}
