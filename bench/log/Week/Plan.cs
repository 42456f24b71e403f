using System.Globalization;

namespace Gateway.LogBench.Week;

/// <summary>A week of a small team with coding agents, the same in every run: who calls what and when, and what comes back.</summary>
internal sealed class Plan
{
    public static readonly string[] People = ["ada", "ben", "cleo", "dev"];

    /// <summary>A Monday.</summary>
    public static readonly DateTimeOffset Start = new(2026, 11, 16, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] Works = ["Fix the totals of the invoice page", "Why is the nightly import so slow?", "Add a dark theme to the settings", "Write tests for the date parser", "Remove the old export", "Make the login form accessible"];

    private static readonly string[] Places = ["/src/shop", "/src/billing", "/home/dev/site", "/srv/reports"];

    private int _numbers;

    public Random Random { get; } = new(20_261_116);

    public List<PlannedSession> Sessions { get; } = [];

    public static Plan Make()
    {
        var plan = new Plan();
        for (var day = 0; day < 7; day++)
        {
            // Little happens at weekends.
            var sessions = day < 5 ? 7 : 2;
            for (var i = 0; i < sessions; i++)
            {
                var at = Start.AddDays(day).AddHours(8 + (i * 10.0 / sessions)).AddMinutes(plan.Random.Next(40));
                plan.Sessions.Add((((day * 3) + i) % 5) switch
                {
                    0 or 2 => new ClaudeCode(plan, isNew: i % 2 == 0).Make(at),
                    1 => new Codex(plan, isNew: day % 2 == 0).Make(at),
                    3 => new Codex(plan, isNew: day % 2 == 1).Make(at),
                    _ => new ClaudeCode(plan, isNew: false) { IsTranslated = i % 2 == 0, HasLongPrompts = i % 2 == 1 }.Make(at),
                });
            }
        }

        return plan;
    }

    public int NextNumber() => ++_numbers;

    public string NewId()
    {
        var bytes = new byte[16];
        Random.NextBytes(bytes);
        return new Guid(bytes).ToString();
    }

    public string Hex(int bytes)
    {
        var buffer = new byte[bytes];
        Random.NextBytes(buffer);
        return Convert.ToHexStringLower(buffer);
    }

    public string Person() => People[Random.Next(People.Length)];

    public string Work() => Works[Random.Next(Works.Length)];

    public string Place() => Places[Random.Next(Places.Length)];

    public bool Happens(double share) => Random.NextDouble() < share;

    /// <summary>Some words, which no two calls have in common.</summary>
    public string Words(int count) => string.Join(' ', Enumerable.Range(0, count).Select(_ => "word" + Random.Next(100_000).ToString(CultureInfo.InvariantCulture)));
}
