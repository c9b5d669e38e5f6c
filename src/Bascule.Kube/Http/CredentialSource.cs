using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Bascule.Kube.Config;

namespace Bascule.Kube.Http;

/// <summary>The header that shows who we are, renewed when it runs out. Nothing of it is ever logged.</summary>
internal class CredentialSource(KubeCredential credential)
{
    /// <summary>The certificate for the next handshake; null for none.</summary>
    public virtual X509Certificate2? ClientCertificate => credential.ClientCertificate;

    /// <summary>The source for a connection's credential.</summary>
    public static CredentialSource For(KubeConnection connection, TimeProvider time) => connection.Credential switch
    {
        KubeCredential.Exec exec => new ExecCredentialSource(exec, connection, time),
        KubeCredential.TokenFile file => new TokenFileSource(file, time),
        var fixedOne => new CredentialSource(fixedOne),
    };

    /// <summary>The header; null for none.</summary>
    public virtual ValueTask<AuthenticationHeaderValue?> GetAsync(CancellationToken cancellationToken) => ValueTask.FromResult(credential switch
    {
        KubeCredential.Token token => new AuthenticationHeaderValue("Bearer", token.Value),
        KubeCredential.Basic basic => new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{basic.User}:{basic.Password}"))),
        _ => null,
    });

    /// <summary>The server refused the last one; false when there is no other to be had.</summary>
    public virtual bool Renew() => false;

    /// <summary>A token that the kubelet renews in place.</summary>
    private sealed class TokenFileSource(KubeCredential.TokenFile file, TimeProvider time) : CredentialSource(file)
    {
        private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromMinutes(1);

        private volatile Reading? _last;

        public override async ValueTask<AuthenticationHeaderValue?> GetAsync(CancellationToken cancellationToken)
        {
            if (_last is { } last && time.GetElapsedTime(last.At) < ReadAgainAfter)
                return last.Header;
            string text;
            try
            {
                text = (await File.ReadAllTextAsync(file.Path, cancellationToken)).Trim();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new KubeConfigException($"cannot read the token file {file.Path}: {exception.Message}", exception);
            }

            var read = new Reading(new AuthenticationHeaderValue("Bearer", text), time.GetTimestamp());
            _last = read;
            return read.Header;
        }

        public override bool Renew()
        {
            _last = null;
            return true;
        }

        private sealed record Reading(AuthenticationHeaderValue Header, long At);
    }
}
