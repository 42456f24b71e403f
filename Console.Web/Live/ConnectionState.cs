using Microsoft.AspNetCore.Components.Server.Circuits;

namespace ConsoleWeb.Live;

/// <summary>
/// Whether the browser of this circuit is connected. A circuit outlives its browser for a while; live pages must not keep working then.
/// </summary>
public sealed class ConnectionState : CircuitHandler
{
    public event Action? Changed;

    public bool IsUp { get; private set; } = true;

    public override Task OnConnectionDownAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        IsUp = false;
        Changed?.Invoke();
        return Task.CompletedTask;
    }

    public override Task OnConnectionUpAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        IsUp = true;
        Changed?.Invoke();
        return Task.CompletedTask;
    }
}
