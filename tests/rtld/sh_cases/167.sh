set -f; echo /b*n; set +f; echo /bi[n]
