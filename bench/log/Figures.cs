using System.Diagnostics;
using System.Globalization;

namespace Gateway.LogBench;

/// <summary>Measures the ways to do one kind of thing, and says how long they took next to what they may take.</summary>
/// <param name="goal">Milliseconds that 95 of 100 may take; null: as long as it takes.</param>
internal sealed class Figures(string what, double? goal)
{
    private const int Slowest = 12;

    private readonly List<(string Name, TimeSpan Took, int Found)> _measured = [];

    /// <summary>Milliseconds of the best run of each way.</summary>
    public IReadOnlyDictionary<string, double> Best => _measured.GroupBy(m => m.Name).ToDictionary(g => g.Key, g => Math.Round(g.Min(m => m.Took).TotalMilliseconds, 2));

    /// <summary>Once to warm up, then some times that count. What is given up counts with the time until then.</summary>
    /// <param name="work">Returns how many things it found.</param>
    public async Task MeasureAsync(string name, Func<Task<int>> work, int times = 5)
    {
        for (var i = 0; i <= times; i++)
        {
            var started = Stopwatch.GetTimestamp();
            try
            {
                var found = await work();
                if (i > 0)
                {
                    _measured.Add((name, Stopwatch.GetElapsedTime(started), found));
                }
            }
            catch (TimeoutException)
            {
                _measured.AddRange(Enumerable.Repeat((name + " GIVEN UP", Stopwatch.GetElapsedTime(started), -1), times));
                break;
            }
        }
    }

    public void Say()
    {
        _measured.Sort((a, b) => a.Took.CompareTo(b.Took));
        var p95 = At(0.95);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{what}: p50 {At(0.5):0.0} ms, p95 {p95:0.0} ms ({(goal is null ? "no goal" : $"goal {goal:0}: {(p95 <= goal ? "met" : "MISSED")}")}), {_measured.GroupBy(m => m.Name).Count()} queries, slowest:"));
        foreach (var (name, took, found) in _measured.GroupBy(m => m.Name).Select(g => g.MinBy(m => m.Took)).OrderByDescending(m => m.Took).Take(Slowest))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {took.TotalMilliseconds:0.0} ms  {name}  [{found}]"));
        }
    }

    private double At(double share) => _measured[Math.Min(_measured.Count - 1, (int)(_measured.Count * share))].Took.TotalMilliseconds;
}
