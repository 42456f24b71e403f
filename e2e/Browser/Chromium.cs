using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Gateway.E2E.Browser.Chromium))]

namespace Gateway.E2E.Browser;

/// <summary>
/// The real Chromium of the whole run: started by the first test that needs it, and again should it have crashed.
/// <c>E2E_CHROMIUM</c> names the program when it is not <c>/usr/bin/chromium</c>.
/// </summary>
public sealed class Chromium : IAsyncDisposable
{
    private static readonly SemaphoreSlim Turn = new(1);
    private static IPlaywright? _playwright;
    private static IBrowser? _browser;

    internal static async Task<IBrowser> OpenAsync()
    {
        await Turn.WaitAsync();
        try
        {
            if (_browser is { IsConnected: true } running)
            {
                return running;
            }

            var program = Environment.GetEnvironmentVariable("E2E_CHROMIUM") ?? "/usr/bin/chromium";
            Assert.True(File.Exists(program), $"No browser at {program}: install the package 'chromium' or set E2E_CHROMIUM.");
            _playwright ??= await Playwright.CreateAsync();
            _browser = await _playwright.Chromium.LaunchAsync(new()
            {
                ExecutablePath = program,
                Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"],
            });

            return _browser;
        }
        finally
        {
            Turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.CloseAsync();
        }

        _playwright?.Dispose();
    }
}
