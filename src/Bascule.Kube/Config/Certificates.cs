using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Bascule.Kube.Config;

/// <summary>PEM texts as certificates; errors name where the text came from and never quote it.</summary>
internal static class Certificates
{
    public static X509Certificate2Collection Authorities(string pem, string origin)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPem(pem);
        }
        catch (CryptographicException exception)
        {
            throw new KubeConfigException($"{origin}: not a certificate: {exception.Message}", exception);
        }

        return authorities.Count > 0 ? authorities : throw new KubeConfigException($"{origin}: found no certificate, expected PEM with BEGIN CERTIFICATE");
    }

    public static X509Certificate2 Client(string certificatePem, string keyPem, string origin)
    {
        try
        {
            var certificate = X509Certificate2.CreateFromPem(certificatePem, keyPem);
            if (!OperatingSystem.IsWindows())
                return certificate;

            // Windows does not use a key in handshakes that never was in its store's format.
            using (certificate)
                return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
        }
        catch (CryptographicException exception)
        {
            throw new KubeConfigException($"{origin}: client certificate and key do not fit or are not PEM: {exception.Message}", exception);
        }
    }
}
