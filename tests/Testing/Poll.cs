using System.Diagnostics;

namespace Gateway.Testing;

/// <summary>Waits for something that happens on another thread, with a deadline instead of a fixed sleep.</summary>
public static class Poll
{
    /// <summary>Nothing takes that long but on a machine with ten times as much to do as it can; who waits for something that does come waits no longer for it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <returns>True once the condition held; false when <see cref="Patience"/> (or <paramref name="timeout"/>) was over first.</returns>
    public static Task<bool> UntilAsync(Func<bool> condition, TimeSpan? timeout = null) => UntilAsync(() => Task.FromResult(condition()), timeout);

    /// <inheritdoc cref="UntilAsync(Func{bool}, TimeSpan?)"/>
    public static async Task<bool> UntilAsync(Func<Task<bool>> condition, TimeSpan? timeout = null)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed > (timeout ?? Patience))
            {
                return false;
            }

            await Task.Delay(5);
        }

        return true;
    }
}
