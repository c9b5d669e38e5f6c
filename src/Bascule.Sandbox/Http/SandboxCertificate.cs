using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Bascule.Sandbox.Http;

/// <summary>
/// The certificate of one sandbox: its own authority, valid for loopback only. kubectl and every client built on
/// client-go send a token over TLS only, so a kubeconfig with a token needs one.
/// </summary>
public static class SandboxCertificate
{
    private static readonly TimeSpan s_validity = TimeSpan.FromDays(365);

    // Clocks of this machine and its containers may differ a little.
    private static readonly TimeSpan s_slack = TimeSpan.FromHours(1);

    /// <summary>Makes a certificate with its private key, valid for a year. Export it with <c>ExportCertificatePem</c> for a kubeconfig.</summary>
    /// <param name="time">Where the validity begins.</param>
    public static X509Certificate2 Create(TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=bascule-sandbox", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        var now = time.GetUtcNow();
        return request.CreateSelfSigned(now - s_slack, now + s_validity);
    }
}
