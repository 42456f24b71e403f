using System.Diagnostics.CodeAnalysis;
using ConsoleWeb.Live;
using Microsoft.JSInterop;

namespace ConsoleWeb.Tests.Live;

public sealed class BrowserListenerTests
{
    private const DynamicallyAccessedMemberTypes Json = DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.PublicFields | DynamicallyAccessedMemberTypes.PublicProperties;

    private readonly FakeBrowser _browser = new();

    [Fact]
    public async Task Listen_Again_EndsTheOneBefore()
    {
        await using var listener = new BrowserListener(_browser);

        await listener.ListenAsync("first");
        await listener.ListenAsync("second");

        Assert.Equal(["first", "dispose first", "second"], _browser.Calls);
    }

    /// <summary>On a slow line a page is left while its browser is still setting up.</summary>
    [Fact]
    public async Task Dispose_BeforeTheBrowserHasAnswered_EndsTheListenerWhenItExists()
    {
        var listener = new BrowserListener(_browser);
        _browser.Gate = new TaskCompletionSource();
        var listening = listener.ListenAsync("late");

        await listener.DisposeAsync();
        _browser.Gate.SetResult();
        await listening;

        Assert.Equal(["late", "dispose late"], _browser.Calls);
    }

    [Fact]
    public async Task Listen_AfterTheEnd_AsksForNothing()
    {
        var listener = new BrowserListener(_browser);
        await listener.DisposeAsync();

        await listener.ListenAsync("never");

        Assert.Empty(_browser.Calls);
    }

    [Fact]
    public async Task Dispose_BrowserGone_IsQuiet()
    {
        var listener = new BrowserListener(_browser);
        await listener.ListenAsync("first");
        _browser.IsGone = true;

        await listener.DisposeAsync();

        Assert.Equal(["first", "dispose first"], _browser.Calls);
    }

    private sealed class FakeBrowser : IJSRuntime
    {
        public List<string> Calls { get; } = [];

        public TaskCompletionSource? Gate { get; set; }

        public bool IsGone { get; set; }

        public async ValueTask<T> InvokeAsync<[DynamicallyAccessedMembers(Json)] T>(string identifier, object?[]? args)
        {
            Calls.Add(identifier);
            if (Gate is not null)
            {
                await Gate.Task;
            }

            return (T)(object)new Listener(this, identifier);
        }

        public ValueTask<T> InvokeAsync<[DynamicallyAccessedMembers(Json)] T>(string identifier, CancellationToken cancellationToken, object?[]? args) => InvokeAsync<T>(identifier, args);
    }

    private sealed class Listener(FakeBrowser browser, string name) : IJSObjectReference
    {
        public ValueTask<T> InvokeAsync<[DynamicallyAccessedMembers(Json)] T>(string identifier, object?[]? args)
        {
            browser.Calls.Add($"{identifier} {name}");
            return browser.IsGone ? throw new JSDisconnectedException("gone") : ValueTask.FromResult(default(T)!);
        }

        public ValueTask<T> InvokeAsync<[DynamicallyAccessedMembers(Json)] T>(string identifier, CancellationToken cancellationToken, object?[]? args) => InvokeAsync<T>(identifier, args);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
