using ConsoleWeb.Components.Controls;
using ConsoleWeb.Features.Entities;

namespace ConsoleWeb.Components.Pages.Entities;

/// <summary>How near a certificate is to its end.</summary>
internal static class CertificateAge
{
    /// <summary>Days before the end from which on it is worth a warning.</summary>
    private const int WarningDays = 30;

    /// <returns><see cref="RequestState.Failed"/> outside its time, <see cref="RequestState.Refused"/> near its end, else null.</returns>
    public static RequestState? Of(CertificateFacts certificate, DateTimeOffset now) =>
        certificate.NotAfter <= now || certificate.NotBefore > now ? RequestState.Failed
        : certificate.NotAfter <= now.AddDays(WarningDays) ? RequestState.Refused
        : null;
}
