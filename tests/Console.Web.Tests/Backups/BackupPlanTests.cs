using System.Globalization;
using System.Text.Json.Nodes;
using ConsoleWeb.Backups;

namespace ConsoleWeb.Tests.Backups;

public sealed class BackupPlanTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    private static readonly BackupPlan Plan = BackupPlan.Default with { IsOn = true, At = new TimeOnly(2, 30) };

    [Theory]
    [InlineData("2030-06-10T12:00:00+02:00", "2030-06-10T02:30:00+02:00", "2030-06-11T02:30:00+02:00")]
    [InlineData("2030-06-10T01:00:00+02:00", "2030-06-09T02:30:00+02:00", "2030-06-10T02:30:00+02:00")]
    [InlineData("2030-06-10T02:30:00+02:00", "2030-06-10T02:30:00+02:00", "2030-06-11T02:30:00+02:00")]
    // The night in which half past two does not happen, and the day after it.
    [InlineData("2030-03-31T12:00:00+02:00", "2030-03-31T03:30:00+02:00", "2030-04-01T02:30:00+02:00")]
    public void Moments_OfADay_AreThoseOfTheServersClock(string now, string due, string next)
    {
        Assert.Equal(At(due), Plan.DueBefore(At(now), Berlin));
        Assert.Equal(At(next), Plan.NextAfter(At(now), Berlin));
    }

    [Fact]
    public void Document_ReadBack_IsTheSame()
    {
        var plan = Plan with { Keep = 3, WithLogs = false, Passphrase = "encrypted" };

        Assert.Equal(plan, BackupPlan.Read(plan.Write()));
    }

    [Fact]
    public void Document_Odd_IsTheDefault() =>
        Assert.Equal(BackupPlan.Default with { IsOn = true, Keep = 1 }, BackupPlan.Read(new JsonObject { ["on"] = true, ["at"] = "99:99", ["keep"] = -4 }));

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
