using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.Storage;
using ConsoleWeb.Tests.Hosting;
using Gateway.Testing;
using Gateway.Testing.Logging;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Features.Storage;

/// <summary>Limits of the request log that are set while it runs.</summary>
public sealed class RetentionServiceTests
{
    private static readonly Actor Editor = new("ada", "console", MaySeeSecrets: false, MayWrite: true);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Set_FewerDays_DeletesAtOnceAndHoldsAfterARestart()
    {
        var directory = Path.Combine(Path.GetTempPath(), "gatehouse-tests", Guid.NewGuid().ToString("N"));
        await using (var host = await TestHost.StartInAsync(directory, keepsData: true))
        {
            await FillAsync(host, 40, 20, 1);
            var service = host.Services.GetRequiredService<RetentionService>();
            var limits = service.Current with { MaxAgeDays = 30 };
            Assert.Equal(1, (await service.PreviewAsync(limits, Cancellation)).Requests);

            Assert.Null(await service.SetAsync(limits, Editor, Cancellation));

            var store = host.Services.GetRequiredService<IRequestLogStore>();
            Assert.True(await Poll.UntilAsync(async () => await store.FindAsync("40", Cancellation) is null));
            Assert.NotNull(await store.FindAsync("20", Cancellation));
            Assert.Equal(0, (await service.PreviewAsync(limits, Cancellation)).Requests);
        }

        await using var again = await TestHost.StartInAsync(directory, keepsData: false);
        Assert.Equal(30, again.Services.GetRequiredService<RetentionService>().Current.MaxAgeDays);
        Assert.Equal("ada", again.Services.GetRequiredService<RetentionService>().Changed!.Value.By);
        Assert.Equal(30, again.Services.GetRequiredService<LogRetentionControl>().Limits!.MaxAgeDays);
    }

    [Fact]
    public async Task Set_WhatAVariableSays_StaysWhatItSays()
    {
        await using var host = await TestHost.StartAsync("Gateway:Logs:Retention:MaxAgeDays=7");
        var service = host.Services.GetRequiredService<RetentionService>();

        Assert.Equal(("Gateway__Logs__Retention__MaxAgeDays", null), (service.AgeVariable, service.BytesVariable));
        Assert.Null(await service.SetAsync(new RetentionLimits(30, 1L << 30), Editor, Cancellation));

        Assert.Equal(new RetentionLimits(7, 1L << 30), service.Current);
    }

    [Fact]
    public async Task Set_Wrong_ChangesNothing()
    {
        await using var host = await TestHost.StartAsync();
        var service = host.Services.GetRequiredService<RetentionService>();
        var before = service.Current;

        Assert.NotNull(await service.SetAsync(new RetentionLimits(-1, 0), Editor, Cancellation));
        Assert.NotNull(await service.SetAsync(new RetentionLimits(30, 1024), Editor, Cancellation));
        Assert.IsType<WriteForbidden>(await service.SetAsync(new RetentionLimits(30, 0), Editor with { MayWrite = false }, Cancellation));

        Assert.Equal(before, service.Current);
    }

    [Fact]
    public async Task Preview_BySize_NamesTheFirstThatStays()
    {
        await using var host = await TestHost.StartAsync();
        await FillAsync(host, [.. Enumerable.Range(1, 400)]);
        var counter = host.Services.GetRequiredService<LogRowCounter>();

        var (requests, first) = await counter.CountBeyondAsync(host.Services.GetRequiredService<LogDatabase>().Size / 4, Cancellation);

        // About three quarters of the file are too much.
        Assert.InRange(requests, 100, 399);
        Assert.InRange(first!.Value, DateTimeOffset.UtcNow.AddDays(-400), DateTimeOffset.UtcNow);
        Assert.Equal(requests, await counter.CountBeforeAsync(first.Value, Cancellation));
    }

    /// <summary>One request for each age in days, which is its id as well.</summary>
    private static async Task FillAsync(TestHost host, params int[] ages)
    {
        var queue = host.Services.GetRequiredService<RequestLogQueue>();
        foreach (var age in ages)
        {
            queue.Add(SomeRecords.Plain($"{age}", DateTimeOffset.UtcNow.AddDays(-age).ToUnixTimeMilliseconds()));
        }

        Assert.True(await Poll.UntilAsync(() => host.Services.GetRequiredService<IRequestLogState>().State.Counts.Written >= ages.Length));
    }
}
